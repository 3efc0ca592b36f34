package io.certferry.contracts.metric;

/** What connector-gateway shows. */
public final class GatewayMetrics {

  public static final Metric CLAIM_LATENCY =
      Metric.timer("certferry.command.claim.latency", "From intake to first claim", "ca");

  public static final Metric CA_CALL =
      Metric.timer("certferry.ca.call", "Calls to a CA", "ca", "action");

  public static final Metric OUTCOMES =
      Metric.counter(
          "certferry.attempt.outcomes",
          "What became of submissions and other work",
          "ca",
          "outcome");

  public static final Metric CA_ERRORS =
      Metric.counter(
          "certferry.ca.errors",
          "Calls that did not bring what was asked for, by class: retryable, configuration, denied,"
              + " unknown",
          "ca",
          "class");

  public static final Metric ATTEMPTS =
      Metric.summary(
          "certferry.attempts.per.certificate", "Submissions that a certificate took", "ca");

  public static final Metric LATE_RESULTS =
      Metric.counter("certferry.late.results", "Results of a lease that was lost", "ca");

  public static final Metric BREAKER_OPEN =
      Metric.gauge(
          "certferry.ca.breaker.open",
          "1 while a CA is left alone because it does not answer",
          "ca");

  public static final Metric CA_REACHABLE =
      Metric.gauge("certferry.ca.reachable", "1 if the last call to the CA got an answer", "ca");

  public static final Metric COMMANDS_READY =
      Metric.gauge("certferry.commands.ready", "Commands that may be claimed", "ca");

  public static final Metric COMMANDS_WAITING =
      Metric.gauge("certferry.commands.waiting", "Commands that wait for their time", "ca");

  public static final Metric COMMANDS_LEASED =
      Metric.gauge("certferry.commands.leased", "Commands being worked on", "ca");

  public static final Metric COMMANDS_UNKNOWN =
      Metric.gauge("certferry.commands.unknown", "Submissions without a known outcome", "ca");

  public static final Metric COMMANDS_PENDING =
      Metric.gauge("certferry.commands.pending", "Submissions that a manager decides", "ca");

  public static final Metric COMMANDS_OLDEST =
      Metric.age("certferry.commands.oldest.seconds", "Age of the oldest claimable command", "ca");

  public static final Metric UNKNOWN_OLDEST =
      Metric.age(
          "certferry.commands.unknown.oldest.seconds",
          "How long the oldest outcome has been unknown",
          "ca");

  public static final Metric PENDING_OLDEST =
      Metric.age(
          "certferry.commands.pending.oldest.seconds",
          "How long the oldest submission has waited for a manager",
          "ca");

  public static final Metric AUDIT_FINDINGS =
      Metric.counter(
          "certferry.ca.audit.findings",
          "Differences between the CA's list and the ledger",
          "ca",
          "kind");

  public static final Metric AUDIT_AGE =
      Metric.age(
          "certferry.ca.audit.age.seconds",
          "Since what moment the CA's list was not compared with the ledger",
          "ca");

  public static final Metric ISSUANCE_HELD =
      Metric.gauge(
          "certferry.ca.issuance.held",
          "1 while nothing is submitted to a CA, since the ledger was restored and differs from the"
              + " CA's list",
          "ca");

  public static final Metric DUPLICATE_SERIALS =
      Metric.counter(
          "certferry.ca.duplicate.serials",
          "Certificates whose issuer and serial another request has: quarantined");

  private GatewayMetrics() {}
}
