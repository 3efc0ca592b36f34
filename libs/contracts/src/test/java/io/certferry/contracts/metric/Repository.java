package io.certferry.contracts.metric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of the whole repository, seen from this module. */
final class Repository {

  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  private Repository() {}

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Regular files directly in a folder, sorted. */
  static List<Path> files(String folder) {
    try (Stream<Path> found = Files.list(file(folder))) {
      return found.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that the main classes of a module say. */
  static String mainSources(String module) {
    try (Stream<Path> found = Files.walk(file(module).resolve("src/main/java"))) {
      return found
          .filter(path -> path.toString().endsWith(".java"))
          .map(Repository::text)
          .reduce("", String::concat);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
