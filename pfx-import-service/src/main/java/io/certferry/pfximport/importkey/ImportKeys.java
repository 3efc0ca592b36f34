package io.certferry.pfximport.importkey;

import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.key.SecretBytes;
import java.util.UUID;

/**
 * The key store of the private halves: a directory or a PKCS#11 token. Thread-safe; every call may
 * block.
 */
interface ImportKeys {

  /**
   * Makes a key pair whose private half stays here.
   *
   * @param id names it
   * @param bits of the modulus
   * @return SubjectPublicKeyInfo, DER
   * @throws KeyStoreUnavailableException if the store cannot be reached
   */
  byte[] create(UUID id, int bits);

  /**
   * RSAES-OAEP decryption.
   *
   * @param label what the message was bound to; empty for none
   * @throws KeyStoreUnavailableException if the store cannot be reached or has no such key
   * @throws io.certferry.pki.PkiException INTEGRITY or MALFORMED if it does not open
   */
  SecretBytes decrypt(UUID id, int bits, OaepHash hash, byte[] label, byte[] cipherText);

  /** Destroys a private key; nothing sealed to it can be opened again by anybody. */
  void destroy(UUID id);

  /**
   * Whether keys can be used now.
   *
   * @throws KeyStoreUnavailableException if not
   */
  void check();

  /** What it is called in health answers. */
  String name();
}
