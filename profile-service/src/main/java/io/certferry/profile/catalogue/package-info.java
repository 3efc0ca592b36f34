/**
 * Profiles: what an administrator wants devices to have, versioned. Reading and checking their JSON
 * form, storing them with their history, and telling the other services of each change.
 */
@NullMarked
package io.certferry.profile.catalogue;

import org.jspecify.annotations.NullMarked;
