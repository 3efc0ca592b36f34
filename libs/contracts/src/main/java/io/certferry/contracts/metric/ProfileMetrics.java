package io.certferry.contracts.metric;

/** What profile-service shows. */
public final class ProfileMetrics {

  public static final Metric CHECKINS =
      Metric.counter("certferry.checkins", "Check-ins by what became of them", "outcome");

  public static final Metric COMMANDS_RESENT =
      Metric.counter(
          "certferry.enrolment.commands.resent", "Commands sent again for want of progress");

  public static final Metric RENEWALS_LOOKED_AT =
      Metric.counter("certferry.renewals.looked.at", "Devices that the renewal timer evaluated");

  public static final Metric RENEWALS_OVERDUE =
      Metric.gauge(
          "certferry.renewals.overdue",
          "Renewals past their instant without a running attempt; must be 0");

  public static final Metric RENEWALS_DORMANT =
      Metric.gauge(
          "certferry.renewals.dormant",
          "Renewals past their instant whose device has been silent for too long");

  public static final Metric CERTIFICATES_LIVE =
      Metric.gauge(
          "certferry.certificates.live",
          "Certificates of enrolled devices that have not expired",
          "ca");

  public static final Metric CERTIFICATES_EXPIRING =
      Metric.gauge(
          "certferry.certificates.expiring",
          "Newest certificates of enrolled devices that end in so many days (0 is within a day)",
          "days");

  public static final Metric CERTIFICATES_EXPIRED =
      Metric.gauge(
          "certferry.certificates.expired",
          "Enrolled devices whose newest certificate ended within the last 30 days");

  public static final Metric ENROLMENTS_OPEN =
      Metric.gauge(
          "certferry.enrolments.open",
          "Decisions whose certificate is awaited, first ones and renewals",
          "renewal");

  public static final Metric CONNECTORS_ACTIVE =
      Metric.gauge(
          "certferry.connectors.active",
          "Connectors that report and serve the CA; must not be 0",
          "ca");

  public static final Metric CONNECTORS_REACHING =
      Metric.gauge(
          "certferry.connectors.reaching", "Those of them whose last call the CA answered", "ca");

  public static final Metric CONNECTOR_LAST_SEEN =
      Metric.age(
          "certferry.connector.last.seen.seconds",
          "Since a connector reported; retired ones are left out",
          "connector");

  private ProfileMetrics() {}
}
