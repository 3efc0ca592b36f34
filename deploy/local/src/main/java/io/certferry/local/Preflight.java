package io.certferry.local;

import io.certferry.testkit.process.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** What must hold before anything is started. */
final class Preflight {

  static final long NEEDED_BYTES = 2L << 30;

  private Preflight() {}

  /**
   * Checks the machine.
   *
   * @throws StackException with one line per problem
   */
  static void check(StackOptions options) {
    List<String> problems = new ArrayList<>();
    problems.addAll(unpackaged(options));
    problems.addAll(busyPorts(options, FreePorts::isFree));
    problems.addAll(diskSpace(options.runDirectory(), usableBytes(options.runDirectory())));
    if (!problems.isEmpty()) {
      throw new StackException(String.join("\n", problems));
    }
  }

  static List<String> unpackaged(StackOptions options) {
    return options.instances().entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> entry.getKey())
        .filter(kind -> !Files.exists(kind.runnable(options.root())))
        .sorted()
        .map(kind -> kind.module() + " is not packaged: run mvn -Dquick package first")
        .toList();
  }

  static List<String> busyPorts(StackOptions options, IntPredicate free) {
    return options.ports().all(options.instances()).entrySet().stream()
        .filter(entry -> !free.test(entry.getKey()))
        .map(
            entry ->
                "port "
                    + entry.getKey()
                    + " ("
                    + entry.getValue()
                    + ") is taken: free it or set "
                    + Ports.VARIABLE)
        .toList();
  }

  static List<String> diskSpace(Path directory, long usable) {
    return usable >= NEEDED_BYTES
        ? List.of()
        : List.of(
            "too little disk space at "
                + directory
                + ": 2048 MiB needed, "
                + (usable >> 20)
                + " MiB free");
  }

  private static long usableBytes(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new StackException("cannot tell the disk space at " + directory, e);
    }
  }
}
