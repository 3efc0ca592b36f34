package io.certferry.pfximport.importkey;

import io.certferry.pki.PkiException;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.WrappingContext;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.UUID;
import javax.crypto.Cipher;

/**
 * Import keys as files, each wrapped under the key-encryption key of {@code kek.key} (32 random
 * bytes, mode 0600) and bound to its id; for installations without a token.
 */
final class FileImportKeys implements ImportKeys {

  private static final String KEK = "kek.key";

  private final Path directory;

  FileImportKeys(Path directory) {
    this.directory = directory;
  }

  @Override
  public byte[] create(UUID id, int bits) {
    try (GeneratedKey pair = KeyPairs.generate(new KeySpec(KeySpec.Algorithm.RSA, bits));
        SecretBytes kek = kek()) {
      byte[] wrapped =
          KeyWrap.wrap(kek.expose(SecretAccess.granted()), pair.pkcs8(), context(id).aad());
      SecretFiles.createIfAbsent(file(id), wrapped);
      return pair.spki();
    } catch (IOException e) {
      throw new KeyStoreUnavailableException("the import key directory cannot be written", e);
    }
  }

  @Override
  public SecretBytes decrypt(UUID id, int bits, OaepHash hash, byte[] label, byte[] cipherText) {
    PrivateKey key = key(id);
    return RsaOaep.decrypt(text -> raw(key, text), bits, hash, label, cipherText);
  }

  @Override
  public void destroy(UUID id) {
    try {
      SecretFiles.destroy(file(id));
    } catch (IOException e) {
      throw new KeyStoreUnavailableException("the import key " + id + " cannot be destroyed", e);
    }
  }

  @Override
  public void check() {
    try {
      kek().close();
    } catch (IOException e) {
      throw new KeyStoreUnavailableException("the import key directory cannot be used", e);
    }
  }

  @Override
  public String name() {
    return "file";
  }

  private PrivateKey key(UUID id) {
    try (SecretBytes kek = kek();
        SecretBytes pkcs8 =
            KeyWrap.unwrap(
                kek.expose(SecretAccess.granted()),
                SecretFiles.read(file(id)),
                context(id).aad())) {
      return PrivateKeys.decode(pkcs8);
    } catch (IOException | PkiException e) {
      throw new KeyStoreUnavailableException("the import key " + id + " cannot be used", e);
    }
  }

  private SecretBytes kek() throws IOException {
    SecretFiles.createDirectory(directory);
    Path file = directory.resolve(KEK);
    try (SecretBytes fresh = KeyWrap.newKey()) {
      byte[] copy = fresh.expose(SecretAccess.granted()).clone();
      SecretFiles.createIfAbsent(file, copy);
      Arrays.fill(copy, (byte) 0);
    }
    SecretBytes kek = SecretBytes.owning(SecretFiles.read(file));
    if (kek.length() != KeyWrap.KEY_BYTES) {
      kek.close();
      throw new IOException(KEK + " does not have " + KeyWrap.KEY_BYTES + " bytes");
    }
    return kek;
  }

  private Path file(UUID id) {
    return directory.resolve(id + ".key");
  }

  private static WrappingContext context(UUID id) {
    return WrappingContext.of("import-key", id.toString());
  }

  /** {@code c^d mod n}; the padding is undone outside. */
  private static byte[] raw(PrivateKey key, byte[] cipherText) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key);
      return cipher.doFinal(cipherText);
    } catch (GeneralSecurityException e) {
      throw new PkiException(PkiException.Reason.INTEGRITY, "the cipher text does not open", e);
    }
  }
}
