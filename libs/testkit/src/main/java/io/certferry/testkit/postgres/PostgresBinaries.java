package io.certferry.testkit.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked once per user from the Maven artefact of zonky.io. */
final class PostgresBinaries {

  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final int OWNER_EXECUTABLE = 0100;

  private PostgresBinaries() {}

  /** The directory that holds {@code bin/postgres}. */
  static Path directory() {
    String others = System.getProperty(PostgresServer.PROGRAMS);
    return others == null ? embedded() : Path.of(others);
  }

  private static Path embedded() {
    try (InputStream archive = PostgresBinaries.class.getResourceAsStream(ARCHIVE)) {
      if (archive == null) {
        throw new IllegalStateException("no PostgreSQL binaries for this machine (linux-amd64)");
      }
      Path target = cache().resolve("postgres-" + archive.available());
      if (!Files.isExecutable(target.resolve("bin/postgres"))) {
        unpack(archive, target);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack PostgreSQL: " + e.getMessage(), e);
    }
  }

  private static Path cache() throws IOException {
    Path cache =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "certferry-" + System.getProperty("user.name") + "-cache");
    if (!Files.exists(cache)) {
      Files.createDirectories(
          cache,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (!Files.getOwner(cache).getName().equals(System.getProperty("user.name"))) {
      throw new IllegalStateException(cache + " belongs to somebody else; remove it");
    }
    return cache;
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    Path fresh = Files.createTempDirectory(target.getParent(), "unpacking-");
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(entry, tar, fresh);
      }
    }
    moveIntoPlace(fresh, target);
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path root)
      throws IOException {
    Path path = root.resolve(entry.getName()).normalize();
    if (!path.startsWith(root)) {
      throw new IOException("archive entry outside of its directory: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, path);
    if ((entry.getMode() & OWNER_EXECUTABLE) != 0) {
      Files.setPosixFilePermissions(path, executable());
    }
  }

  private static Set<PosixFilePermission> executable() {
    return PosixFilePermissions.fromString("rwxr-xr-x");
  }

  /** Another JVM may have been faster: then its copy is as good as ours. */
  private static void moveIntoPlace(Path fresh, Path target) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      if (!Files.isExecutable(target.resolve("bin/postgres"))) {
        throw e;
      }
    }
  }
}
