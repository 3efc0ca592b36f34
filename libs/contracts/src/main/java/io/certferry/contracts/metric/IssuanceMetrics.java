package io.certferry.contracts.metric;

/** What issuance-service shows. */
public final class IssuanceMetrics {

  public static final Metric REQUESTS =
      Metric.gauge("certferry.requests", "Requests under way, by state and CA", "state", "ca");

  public static final Metric REQUESTS_OLDEST =
      Metric.age(
          "certferry.requests.oldest.seconds",
          "How long the oldest request has been in its state",
          "state",
          "ca");

  public static final Metric REQUESTS_STUCK =
      Metric.gauge(
          "certferry.requests.stuck", "Requests past the deadline of their state", "state", "ca");

  public static final Metric REQUEST_STAGE =
      Metric.timer(
          "certferry.request.stage",
          "Time from the state before to this one; delivered is a package's first fetch",
          "state");

  public static final Metric REQUEST_AGE =
      Metric.timer(
          "certferry.request.age",
          "Time from the acceptance to this state; delivered is a package's first fetch",
          "state");

  public static final Metric KEYS =
      Metric.counter(
          "certferry.keys", "Key pairs given to requests, from the pool or made", "spec", "source");

  public static final Metric KEY_POOL_LEVEL =
      Metric.gauge("certferry.key.pool.level", "Keys that wait in the pool", "spec");

  public static final Metric KEY_POOL_OLDEST =
      Metric.age("certferry.key.pool.oldest.seconds", "Age of the pool's oldest key", "spec");

  public static final Metric QUARANTINED =
      Metric.counter(
          "certferry.certificates.quarantined",
          "Certificates that are not what was asked for: never delivered, revoked",
          "reason");

  private IssuanceMetrics() {}
}
