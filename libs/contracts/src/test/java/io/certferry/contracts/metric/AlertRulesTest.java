package io.certferry.contracts.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The rules by Prometheus's own judgement, with {@code promtool} (Debian package prometheus). */
class AlertRulesTest {

  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern RUNBOOK = Pattern.compile("runbook_url: (\\S+)");

  @Test
  void theRulesAreWellFormed() throws Exception {
    promtool("check", Repository.files("deploy/monitoring/rules"));
  }

  @Test
  void everyAlertFiresOnItsFaultAndNotBefore() throws Exception {
    promtool("test", Repository.files("deploy/monitoring/tests"));
  }

  @Test
  void everyAlertHasATest() {
    String tests = Repository.text(Repository.file("deploy/monitoring/tests/alerts_test.yml"));
    assertThat(all(ALERT)).isNotEmpty().allMatch(alert -> tests.contains('"' + alert + '"'));
  }

  @Test
  void everyAlertHasARunbookThatExists() {
    assertThat(all(RUNBOOK))
        .hasSameSizeAs(all(ALERT))
        .allSatisfy(runbook -> assertThat(Repository.file(runbook)).isRegularFile());
  }

  private static List<String> all(Pattern pattern) {
    String alerts = Repository.text(Repository.file("deploy/monitoring/rules/alerts.yml"));
    return pattern.matcher(alerts).results().map(found -> found.group(1)).toList();
  }

  private static void promtool(String command, List<Path> files)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("promtool", command, "rules"));
    files.forEach(file -> line.add(file.toString()));
    Process process = started(line);
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static Process started(List<String> line) {
    try {
      return new ProcessBuilder(line).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Assumptions.abort("SKIPPED: promtool is not installed (Debian package prometheus)");
    }
  }
}
