package io.certferry.cli.pfx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of each file, one JSON object a line, written as soon as it is known: after an
 * interruption the same report tells what needs no second try. No password is in it.
 */
final class Report implements AutoCloseable {

  /** A file's fate. */
  enum Outcome {
    IMPORTED,
    ALREADY_THERE,
    WOULD_IMPORT,
    DONE_BEFORE,
    SKIPPED,
    REFUSED,
    FAILED;

    boolean isGood() {
      return switch (this) {
        case IMPORTED, ALREADY_THERE, WOULD_IMPORT, DONE_BEFORE -> true;
        case SKIPPED, REFUSED, FAILED -> false;
      };
    }

    String id() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private final BufferedWriter out;
  private final Set<String> done;
  private final Map<Outcome, Integer> counts = new TreeMap<>();

  private Report(BufferedWriter out, Set<String> done) {
    this.out = out;
    this.done = done;
  }

  /** Goes on with a report that is there. */
  static Report open(Path file) throws IOException {
    Set<String> done = new HashSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        readDone(line, done);
      }
    }
    return new Report(
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        done);
  }

  /** A last line that was cut off by a crash is no line. */
  private static void readDone(String line, Set<String> done) {
    try {
      JsonNode json = ContractJson.mapper().readTree(line);
      String outcome = json.path("outcome").asText();
      if (outcome.equals(Outcome.IMPORTED.id()) || outcome.equals(Outcome.ALREADY_THERE.id())) {
        done.add(
            key(
                json.path("user").asText(),
                json.path("pfxSha256").asText(),
                json.path("purpose").asText()));
      }
    } catch (IOException cutOff) {
      // It will be tried again.
    }
  }

  private static String key(String user, String pfxSha256, String purpose) {
    return io.certferry.contracts.UserIds.lower(user) + "\n" + pfxSha256 + "\n" + purpose;
  }

  boolean isDone(String user, String pfxSha256, String purpose) {
    return done.contains(key(user, pfxSha256, purpose));
  }

  /**
   * Adds a line.
   *
   * @param facts more members; null values are left out
   */
  void add(
      Order order,
      Outcome outcome,
      String code,
      String message,
      Map<String, @Nullable String> facts)
      throws IOException {
    ObjectNode line = ContractJson.mapper().createObjectNode();
    line.put("place", order.place());
    line.put("file", String.valueOf(order.file()));
    line.put("user", order.user());
    line.put("purpose", order.purpose());
    line.put("outcome", outcome.id());
    if (!code.isEmpty()) {
      line.put("code", code);
      line.put("message", message);
    }
    new LinkedHashMap<>(facts)
        .forEach(
            (name, value) -> {
              if (value != null) {
                line.put(name, value);
              }
            });
    out.write(line.toString());
    out.newLine();
    out.flush();
    counts.merge(outcome, 1, Integer::sum);
  }

  Map<Outcome, Integer> counts() {
    return counts;
  }

  boolean isAllGood() {
    return counts.keySet().stream().allMatch(Outcome::isGood);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
