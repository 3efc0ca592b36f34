package io.certferry.gateway.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** Secret files of mode 0600, each whole or not there at all. */
public final class OwnerOnlyFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private OwnerOnlyFile() {}

  /**
   * Reads a file, made first if it is not there; the same for all who do so at once.
   *
   * @throws IllegalStateException if others than the owner may read it
   */
  public static byte[] readOrMake(Path file, Supplier<byte[]> content) {
    try {
      if (!Files.exists(file)) {
        make(file, content.get());
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make or read " + file.getFileName(), e);
    }
  }

  /** A hard link fails where a name is taken. */
  private static void make(Path file, byte[] content) throws IOException {
    Path draft = draft(file, content);
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException madeByAnother) {
      return;
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Replaces a file. */
  public static void replace(Path file, byte[] content) {
    try {
      Files.move(
          draft(file, content),
          file,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file.getFileName(), e);
    }
  }

  private static Path draft(Path file, byte[] content) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path draft =
        Files.createTempFile(
            directory,
            file.getFileName().toString(),
            ".draft",
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      return Files.write(draft, content);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] read(Path file) throws IOException {
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IllegalStateException(file.getFileName() + " must have mode 0600");
    }
    return Files.readAllBytes(file);
  }
}
