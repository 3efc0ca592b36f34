package io.certferry.local;

import io.certferry.testkit.process.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a running stack (DESIGN section 9).
 *
 * @param path the directory
 */
record RunDirectory(Path path) {

  private static final Set<String> SURVIVE_A_START = Set.of("demo", "stack.lock", "children");
  private static final Set<String> SURVIVE_A_STOP = Set.of("demo", "stack.lock", "logs");

  Path endpoints() {
    return path.resolve("endpoints.json");
  }

  Path tokens() {
    return path.resolve("tokens");
  }

  Path clients() {
    return path.resolve("clients.json");
  }

  Path tlsCa() {
    return path.resolve("tls-ca.pem");
  }

  Path deviceCaCertificate() {
    return path.resolve("device-ca.pem");
  }

  Path deviceCaKey() {
    return path.resolve("device-ca.key");
  }

  Path keys() {
    return path.resolve("keys");
  }

  Path jwks() {
    return path.resolve("keys/jwks.json");
  }

  /** The built-in CA's issuing certificate, PEM: who may sign its list of revoked certificates. */
  Path builtinIssuer() {
    return path.resolve("keys/builtin-issuing.pem");
  }

  Path log(String name) {
    return path.resolve("logs").resolve(name + ".log");
  }

  Path data(String name) {
    return path.resolve("data").resolve(name);
  }

  Path configuration(String instance) {
    return path.resolve("config").resolve(instance + ".properties");
  }

  Path demo() {
    return path.resolve("demo");
  }

  Path lock() {
    return path.resolve("stack.lock");
  }

  Path children() {
    return path.resolve("children");
  }

  /** Makes the directory and empties it but for what a former demo left. */
  void prepare() {
    create();
    deleteAllBut(SURVIVE_A_START);
  }

  /** Removes keys, tokens and configuration; data too unless they are to be kept. */
  void cleanUp(boolean keepData) {
    deleteAllBut(keepData ? union(SURVIVE_A_STOP, Set.of("data", "keys")) : SURVIVE_A_STOP);
  }

  void create() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new StackException("cannot make " + path + ": " + e.getMessage(), e);
    }
  }

  private void deleteAllBut(Set<String> names) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> doomed =
          entries.filter(entry -> !names.contains(entry.getFileName().toString())).toList();
      doomed.forEach(Directories::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clean up " + path, e);
    }
  }

  private static Set<String> union(Set<String> left, Set<String> right) {
    return Stream.concat(left.stream(), right.stream()).collect(Collectors.toUnmodifiableSet());
  }
}
