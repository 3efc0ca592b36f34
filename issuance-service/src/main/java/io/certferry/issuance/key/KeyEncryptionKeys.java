package io.certferry.issuance.key;

import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.WrappingContext;

/**
 * The key-encryption keys, wherever they live: a file, a key management service, a hardware module.
 * They only ever wrap day keys.
 */
public interface KeyEncryptionKeys {

  /**
   * A key under the newest key-encryption key.
   *
   * @param kekId names the key-encryption key; no white space
   */
  record Wrapped(String kekId, byte[] bytes) {}

  /**
   * @throws KekUnavailableException if the key-encryption key cannot be reached
   */
  Wrapped wrap(SecretBytes key, WrappingContext context);

  /**
   * @throws KekUnavailableException if the key-encryption key cannot be reached or does not exist
   * @throws io.certferry.pki.PkiException INTEGRITY if key or context is not the one of wrapping
   */
  SecretBytes unwrap(Wrapped wrapped, WrappingContext context);
}
