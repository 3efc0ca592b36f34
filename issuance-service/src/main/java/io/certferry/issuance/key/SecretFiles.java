package io.certferry.issuance.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * Files that only their owner may read, created whole or not at all, whoever else tries at the same
 * time.
 */
final class SecretFiles {

  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private static final Set<PosixFilePermission> WRITERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private SecretFiles() {}

  /** Made with mode 0700 if it is not there; others may at most look into it. */
  static void createDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
    refuse(directory, WRITERS, "may be changed by others");
  }

  /**
   * Makes the file with this content unless it is there already. The content is complete on disk
   * under another name first; the link that gives it its own name is the one atomic step, and of
   * several that try exactly one succeeds.
   */
  static void createIfAbsent(Path file, byte[] content) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      write(draft, content);
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Another instance was first; its file counts.
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Reads a file that nobody else may read.
   *
   * @throws IOException also if group or others have any permission, or it is no regular file
   */
  static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is not a regular file");
    }
    refuse(file, OTHERS, "may be used by others");
    return Files.readAllBytes(file);
  }

  /**
   * Overwrites and deletes. The overwriting is best effort: a file system may keep old blocks; what
   * counts is that the key in it was random.
   */
  static boolean destroy(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate((int) channel.size()));
      channel.force(true);
    }
    return Files.deleteIfExists(file);
  }

  private static void write(Path draft, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_FILE))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void refuse(Path path, Set<PosixFilePermission> refused, String why)
      throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (permissions.stream().anyMatch(refused::contains)) {
      throw new IOException(
          path + " " + why + " (mode " + PosixFilePermissions.toString(permissions) + ")");
    }
  }
}
