package io.certferry.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files for their owner only (0600), always replaced as a whole. */
final class SecretFile {

  private SecretFile() {}

  static void replace(Path file, String content) {
    replace(file, content.getBytes(UTF_8));
  }

  static void replace(Path file, byte[] content) {
    try {
      Path directory = file.toAbsolutePath().getParent();
      if (directory == null) {
        throw new StackException("not a file: " + file);
      }
      Files.createDirectories(directory);
      // Made with mode 0600: createTempFile never asks the umask for more.
      Path fresh =
          Files.createTempFile(
              directory,
              ".fresh-",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StackException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
