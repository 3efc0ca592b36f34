/** What revocation-service says of certificates that profile-service asked for. */
@NullMarked
package io.certferry.profile.revocation;

import org.jspecify.annotations.NullMarked;
