package io.certferry.contracts.metric;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All metrics, by the class that names them. */
public final class MetricCatalogue {

  private static final List<Section> SECTIONS =
      List.of(
          new Section("Every service", "libs/messaging", MessagingMetrics.class),
          new Section("profile-service", "profile-service", ProfileMetrics.class),
          new Section("issuance-service", "issuance-service", IssuanceMetrics.class),
          new Section("connector-gateway", "connector-gateway", GatewayMetrics.class),
          new Section("revocation-service", "revocation-service", RevocationMetricNames.class),
          new Section("pfx-import-service", "pfx-import-service", PfxImportMetrics.class));

  private MetricCatalogue() {}

  /**
   * What one class names.
   *
   * @param title who shows these metrics
   * @param module whose code registers them
   */
  record Section(String title, String module, Class<?> names) {

    /** Metrics by the name of their constant. */
    Map<String, Metric> metrics() {
      Map<String, Metric> metrics = new LinkedHashMap<>();
      for (Field field : names.getDeclaredFields()) {
        if (Modifier.isPublic(field.getModifiers()) && field.getType() == Metric.class) {
          metrics.put(field.getName(), valueOf(field));
        }
      }
      return metrics;
    }

    private static Metric valueOf(Field field) {
      try {
        return (Metric) field.get(null);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static List<Section> sections() {
    return SECTIONS;
  }

  /** Every metric of every service. */
  public static Stream<Metric> metrics() {
    return SECTIONS.stream().flatMap(section -> section.metrics().values().stream());
  }
}
