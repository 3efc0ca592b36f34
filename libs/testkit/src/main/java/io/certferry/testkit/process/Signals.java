package io.certferry.testkit.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Sends a named signal, which the JDK cannot do but for TERM and KILL. */
final class Signals {

  private Signals() {}

  static void send(String signal, long pid) {
    ChildProcess.run(
        List.of("/bin/sh", "-c", "kill -" + signal + " " + pid + " 2>/dev/null || true"),
        Map.of(),
        Path.of("/"));
  }
}
