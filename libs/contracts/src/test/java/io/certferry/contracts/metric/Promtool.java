package io.certferry.contracts.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Prometheus's own judgement of rules (Debian package prometheus). */
final class Promtool {

  private Promtool() {}

  /** Runs {@code promtool COMMAND rules FILES}; a test without the tool is skipped aloud. */
  static void rules(String command, List<Path> files) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("promtool", command, "rules"));
    files.forEach(file -> line.add(file.toString()));
    Process process = started(line);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static Process started(List<String> line) {
    try {
      return new ProcessBuilder(line).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Assumptions.abort("SKIPPED: promtool is not installed");
    }
  }
}
