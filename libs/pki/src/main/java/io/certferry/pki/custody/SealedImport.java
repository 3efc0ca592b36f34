package io.certferry.pki.custody;

import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.util.function.Function;

/**
 * A PFX and its password as they are kept and as the native importer sends them: each sealed with
 * AES-256-GCM under a data key of its own, which is encrypted to an import key with
 * RSA-OAEP-SHA-256; the binding is associated data of the parts and label of the data key.
 *
 * @param keySha256 lower-case hex SHA-256 of the import key's SPKI
 * @param encryptedKey the data key under RSA-OAEP
 * @param pfx the sealed file
 * @param password the sealed password
 */
public record SealedImport(String keySha256, byte[] encryptedKey, byte[] pfx, byte[] password) {

  /**
   * The parts of an import in clear; close it.
   *
   * @param pfx the file
   * @param password one byte per character
   */
  public record Clear(SecretBytes pfx, SecretBytes password) implements AutoCloseable {
    @Override
    public void close() {
      pfx.close();
      password.close();
    }

    @Override
    public String toString() {
      return "Clear[redacted]";
    }
  }

  /**
   * Seals to an import key; needs no private key.
   *
   * @param spki the import key, RSA
   * @param pfx the file; stays as it is
   * @param password one byte per character; stays open
   */
  public static SealedImport seal(
      byte[] spki, ImportBinding binding, byte[] pfx, SecretBytes password) {
    try (SecretBytes dataKey = KeyWrap.newKey();
        SecretBytes file = SecretBytes.copyOf(pfx)) {
      byte[] key = dataKey.expose(SecretAccess.granted());
      return new SealedImport(
          Digests.sha256Hex(spki),
          encryptedKey(spki, binding, dataKey),
          KeyWrap.wrap(key, file, binding.aad("pfx")),
          KeyWrap.wrap(key, password, binding.aad("password")));
    }
  }

  /**
   * Opens with the private operation of the import key.
   *
   * @param decryption opens {@link #encryptedKey} given the label, see {@link #label}
   * @throws PkiException INTEGRITY when key or binding is not the one of sealing, or the file is
   *     not the one that the binding names
   */
  public Clear open(ImportBinding binding, Function<byte[], SecretBytes> decryption) {
    try (SecretBytes dataKey = decryption.apply(encryptedKey)) {
      byte[] key = dataKey.expose(SecretAccess.granted());
      SecretBytes file = KeyWrap.unwrap(key, pfx, binding.aad("pfx"));
      byte[] clear = file.expose(SecretAccess.granted());
      if (!Digests.sha256Hex(clear).equals(binding.pfxSha256())) {
        file.close();
        throw new PkiException(Reason.INTEGRITY, "the file is not the one that was bound");
      }
      return new Clear(file, KeyWrap.unwrap(key, password, binding.aad("password")));
    }
  }

  /**
   * The same sealed parts under another import key: only the data key is opened.
   *
   * @param newSpki the newer import key
   */
  public SealedImport rewrapped(
      byte[] newSpki, ImportBinding binding, Function<byte[], SecretBytes> decryption) {
    try (SecretBytes dataKey = decryption.apply(encryptedKey)) {
      return new SealedImport(
          Digests.sha256Hex(newSpki), encryptedKey(newSpki, binding, dataKey), pfx, password);
    }
  }

  /** The OAEP label of the data key. */
  public static byte[] label(ImportBinding binding) {
    return Digests.sha256(binding.aad("data-key"));
  }

  private static byte[] encryptedKey(byte[] spki, ImportBinding binding, SecretBytes dataKey) {
    return RsaOaep.encrypt(spki, OaepHash.SHA256, label(binding), dataKey);
  }

  @Override
  public String toString() {
    return "SealedImport[" + keySha256 + "]";
  }
}
