package io.certferry.contracts.metric;

import io.certferry.contracts.metric.MetricCatalogue.Section;

/** The page {@code docs/METRICS.md}. */
final class MetricsPage {

  private static final String INTRODUCTION =
      """
      # Metrics
      Made from the code by `MetricCatalogueTest`; do not edit. Every service shows them at `/q/metrics`, next to those of the JVM, HTTP,
      Kafka clients and the PostgreSQL pool. Labels are bounded: no device, user, tenant, serial or request. Gauges that come from a
      database are read on a timer (`certferry.measure.every`), never at a scrape; each instance of a service shows the same rows, so take
      `max by (…)` of them and never a sum. Histograms have `_bucket`, `_count`, `_sum` and `_max`.
      """;

  private MetricsPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    for (Section section : MetricCatalogue.sections()) {
      page.append("\n## ").append(section.title()).append("\n");
      page.append("| name | kind | labels | what |\n|---|---|---|---|\n");
      section.metrics().values().forEach(metric -> page.append(line(metric)));
    }
    return page.toString();
  }

  private static String line(Metric metric) {
    return "| `%s` | %s | %s | %s |%n"
        .formatted(
            metric.prometheusName(),
            kind(metric),
            String.join(", ", metric.labels()),
            metric.description());
  }

  private static String kind(Metric metric) {
    return switch (metric.kind()) {
      case COUNTER -> "counter";
      case GAUGE -> metric.unit().isEmpty() ? "gauge" : "gauge, seconds";
      case TIMER -> "histogram, seconds";
      case SUMMARY -> "histogram";
    };
  }
}
