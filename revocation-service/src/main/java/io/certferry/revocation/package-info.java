/**
 * revocation-service: decides which events take back which certificates and drives each revocation
 * until the CA's own list shows it. It keeps intents and evidence, never a key.
 */
@NullMarked
package io.certferry.revocation;

import org.jspecify.annotations.NullMarked;
