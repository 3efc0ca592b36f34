package io.certferry.contracts.metric;

/** What pfx-import-service shows. */
public final class PfxImportMetrics {

  public static final Metric DELIVERY =
      Metric.timer(
          "certferry.import.delivery",
          "From the accepted command to the package that issuance-service took");

  public static final Metric DELIVERIES_FAILED =
      Metric.counter(
          "certferry.import.deliveries.failed", "Deliveries that cannot be made", "reason");

  public static final Metric IMPORTS =
      Metric.gauge("certferry.imports", "Imported PFX files", "state");

  public static final Metric EXPIRING =
      Metric.gauge(
          "certferry.imports.expiring.without.successor",
          "Imported certificates that end soon and have no successor");

  private PfxImportMetrics() {}
}
