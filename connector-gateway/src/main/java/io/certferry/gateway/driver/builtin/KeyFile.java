package io.certferry.gateway.driver.builtin;

import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The 32 bytes under which the CA's keys are sealed: a file of mode 0600, made once however many
 * instances start together.
 */
final class KeyFile {

  private static final String NAME = "builtin-ca.key";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private KeyFile() {}

  /**
   * Reads the key, making it first if it is not there.
   *
   * @throws IllegalStateException if others than the owner may read it, or it is no key
   */
  static SecretBytes open(Path directory) {
    Path file = directory.resolve(NAME);
    try {
      if (!Files.exists(file)) {
        create(directory, file);
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the key file of the built-in CA", e);
    }
  }

  /** Whole or not at all: a hard link fails where a name is taken. */
  private static void create(Path directory, Path file) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path draft =
        Files.createTempFile(
            directory, NAME, ".draft", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (SecretBytes key = KeyWrap.newKey()) {
      Files.write(draft, key.expose(SecretAccess.granted()));
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException madeByAnother) {
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static SecretBytes read(Path file) throws IOException {
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IllegalStateException("the key file of the built-in CA must have mode 0600");
    }
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != KeyWrap.KEY_BYTES) {
      throw new IllegalStateException("the key file of the built-in CA is damaged");
    }
    return SecretBytes.owning(bytes);
  }
}
