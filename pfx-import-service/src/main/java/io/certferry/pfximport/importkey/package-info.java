/**
 * Import keys: RSA keys to which PFX files and their passwords are sealed. Several versions of one
 * live side by side; the private halves never leave their key store, a directory or a PKCS#11
 * token.
 */
@NullMarked
package io.certferry.pfximport.importkey;

import org.jspecify.annotations.NullMarked;
