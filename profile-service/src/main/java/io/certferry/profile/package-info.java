/**
 * profile-service: decides what each device should have. Profiles and their assignments, the CAs
 * that connectors report, evaluation of check-ins, signed grants, and the status of every device
 * and profile. It holds the grant-signing key, and neither a certificate's private key nor a CA's
 * credentials.
 */
@NullMarked
package io.certferry.profile;

import org.jspecify.annotations.NullMarked;
