/**
 * Imports: one record per user and certificate, the PFX sealed whole; taken in, replaced, deleted,
 * sealed anew when a key is rotated, and watched for their end. What comes in clear is sealed
 * before it is committed.
 */
@NullMarked
package io.certferry.pfximport.imported;

import org.jspecify.annotations.NullMarked;
