package io.certferry.contracts.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricCatalogueTest {

  private static final Pattern SERIES = Pattern.compile("\\bcertferry_[a-z0-9_]+");

  /** Bounded by configuration or by an enumeration; anything else has no place in a label. */
  private static final Set<String> LABELS =
      Set.of(
          "action",
          "ca",
          "class",
          "connector",
          "days",
          "kind",
          "leg",
          "outcome",
          "priority",
          "problem",
          "reason",
          "renewal",
          "source",
          "spec",
          "state",
          "topic",
          "trigger");

  /** Write the page anew with {@code -Dcertferry.write-pages=true}. */
  @Test
  void thePageSaysWhatTheCodeSays() throws IOException {
    Path page = Repository.file("docs/METRICS.md");
    if (Boolean.getBoolean("certferry.write-pages")) {
      Files.writeString(page, MetricsPage.text());
    }
    assertThat(page).hasContent(MetricsPage.text());
  }

  @Test
  void namesAreUniqueAndLabelsBounded() {
    assertThat(MetricCatalogue.metrics().map(Metric::prometheusName)).doesNotHaveDuplicates();
    assertThat(MetricCatalogue.metrics().flatMap(metric -> metric.labels().stream()))
        .allMatch(LABELS::contains);
  }

  @Test
  void everyMetricIsRegisteredByItsService() {
    List<String> unregistered = new ArrayList<>();
    for (MetricCatalogue.Section section : MetricCatalogue.sections()) {
      String sources = Repository.mainSources(section.module());
      section.metrics().keySet().stream()
          .map(constant -> section.names().getSimpleName() + "." + constant)
          .filter(constant -> !Pattern.compile("\\b" + constant + "\\b").matcher(sources).find())
          .forEach(unregistered::add);
    }
    assertThat(unregistered).isEmpty();
  }

  @Test
  void dashboardsAndRulesUseNothingElse() {
    Set<String> known =
        MetricCatalogue.metrics()
            .flatMap(metric -> metric.series().stream())
            .collect(Collectors.toSet());
    assertThat(usedSeries()).isSubsetOf(known);
  }

  @Test
  void everyMetricIsOnADashboardOrInARule() {
    Set<String> used = usedSeries();
    assertThat(MetricCatalogue.metrics())
        .allSatisfy(
            metric -> assertThat(metric.series()).as(metric.name()).anyMatch(used::contains));
  }

  private static Set<String> usedSeries() {
    List<Path> files = new ArrayList<>(Repository.files("deploy/monitoring/dashboards"));
    files.addAll(Repository.files("deploy/monitoring/rules"));
    Set<String> used = new TreeSet<>();
    for (Path file : files) {
      Matcher found = SERIES.matcher(Repository.text(file));
      while (found.find()) {
        used.add(found.group());
      }
    }
    return used;
  }
}
