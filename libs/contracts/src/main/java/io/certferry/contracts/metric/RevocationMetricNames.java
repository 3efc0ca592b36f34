package io.certferry.contracts.metric;

/** What revocation-service shows. */
public final class RevocationMetricNames {

  public static final Metric OPEN =
      Metric.gauge(
          "certferry.revocation.open", "Revocations that are not done", "ca", "state", "priority");

  public static final Metric OLDEST =
      Metric.age(
          "certferry.revocation.oldest.pending",
          "Age of the oldest revocation that is not done",
          "ca",
          "state",
          "priority");

  public static final Metric DELAY =
      Metric.timer(
          "certferry.revocation.delay",
          "Time between two points of a revocation's way",
          "leg",
          "priority");

  public static final Metric TRANSITIONS =
      Metric.counter(
          "certferry.revocation.transitions", "Steps of revocations", "state", "trigger");

  public static final Metric FAILURES =
      Metric.counter(
          "certferry.revocation.failures", "Revocations that failed or wait", "class", "ca");

  public static final Metric UNREVOKED =
      Metric.gauge(
          "certferry.revocation.unrevoked",
          "Certificates of devices that left which no CA has listed as revoked");

  public static final Metric UNREVOKED_OLDEST =
      Metric.age(
          "certferry.revocation.unrevoked.oldest.seconds", "Since the first of those devices left");

  public static final Metric LIST_AGE =
      Metric.age("certferry.ca.list.age", "Since a CA made its list of revoked certificates", "ca");

  public static final Metric LIST_PROBLEM =
      Metric.gauge(
          "certferry.ca.list.problem", "1 while a CA's list is not trusted", "ca", "problem");

  public static final Metric DIRECTORY_PROBLEM =
      Metric.gauge(
          "certferry.directory.problem", "Directories that are not read, by problem", "problem");

  private RevocationMetricNames() {}
}
