/**
 * Key pairs, holders of secret bytes, signing, and the wrapping of private keys at rest
 * (AES-256-GCM bound to what the key is for).
 */
@NullMarked
package io.certferry.pki.key;

import org.jspecify.annotations.NullMarked;
