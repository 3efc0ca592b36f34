package io.certferry.contracts.metric;

import java.util.List;

/**
 * One metric. Labels are few and bounded: never a device, a user, a serial, a request.
 *
 * @param name with dots, as Micrometer has it
 * @param unit {@code seconds}, or empty for a number of things
 * @param description one sentence without a full stop
 * @param labels names, in the order in which values are given
 */
public record Metric(String name, Kind kind, String unit, String description, List<String> labels) {

  /** The four kinds; what Prometheus sees of each is in {@link #series}. */
  public enum Kind {
    COUNTER,
    GAUGE,
    TIMER,
    SUMMARY
  }

  private static final String SECONDS = "seconds";

  /** Defensive copy. */
  public Metric {
    labels = List.copyOf(labels);
  }

  static Metric counter(String name, String description, String... labels) {
    return new Metric(name, Kind.COUNTER, "", description, List.of(labels));
  }

  static Metric gauge(String name, String description, String... labels) {
    return new Metric(name, Kind.GAUGE, "", description, List.of(labels));
  }

  /** A gauge of a time in seconds, whose name says so. */
  static Metric age(String name, String description, String... labels) {
    return new Metric(name, Kind.GAUGE, SECONDS, description, List.of(labels));
  }

  static Metric timer(String name, String description, String... labels) {
    return new Metric(name, Kind.TIMER, SECONDS, description, List.of(labels));
  }

  static Metric summary(String name, String description, String... labels) {
    return new Metric(name, Kind.SUMMARY, "", description, List.of(labels));
  }

  /** The name in Prometheus, without the suffixes of a histogram's parts. */
  public String prometheusName() {
    String base = name.replace('.', '_');
    String withUnit = unit.isEmpty() || base.endsWith("_" + unit) ? base : base + "_" + unit;
    return kind == Kind.COUNTER ? withUnit + "_total" : withUnit;
  }

  /** The names of its series in Prometheus. */
  public List<String> series() {
    String base = prometheusName();
    return switch (kind) {
      case COUNTER, GAUGE -> List.of(base);
      case TIMER, SUMMARY ->
          List.of(base + "_bucket", base + "_count", base + "_sum", base + "_max");
    };
  }
}
