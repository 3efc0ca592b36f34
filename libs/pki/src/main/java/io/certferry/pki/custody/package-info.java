/**
 * How imported PFX files are kept: the whole file and its password sealed to an RSA import key,
 * bound to whom and what they are for, by the service or already at the importer's desk; and
 * RSA-OAEP as import keys need it, on any token that can do the bare RSA operation.
 */
@NullMarked
package io.certferry.pki.custody;

import org.jspecify.annotations.NullMarked;
