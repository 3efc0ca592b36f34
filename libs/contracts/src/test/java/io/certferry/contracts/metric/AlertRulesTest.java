package io.certferry.contracts.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlertRulesTest {

  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern RUNBOOK = Pattern.compile("runbook_url: (\\S+)");

  @Test
  void theRulesAreWellFormed() throws Exception {
    Promtool.rules("check", Repository.files("deploy/monitoring/rules"));
  }

  @Test
  void everyAlertFiresOnItsFaultAndNotBefore() throws Exception {
    Promtool.rules("test", Repository.files("deploy/monitoring/tests"));
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
}
