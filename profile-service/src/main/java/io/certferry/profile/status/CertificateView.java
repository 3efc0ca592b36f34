package io.certferry.profile.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One generation of an enrolment, as people see it.
 *
 * @param id of the request, the same everywhere
 * @param subject the user's id, or {@code -}
 * @param item thumbprint of an import; absent with what has none
 * @param state of the request; CANCELLED if its device or user left before there was a certificate
 * @param reason stable code where the state needs one
 * @param endedReason why nothing is asked for any more
 * @param renewAt the instant that the server assigned to its renewal
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CertificateView(
    UUID id,
    String deviceId,
    String subject,
    UUID profileId,
    @Nullable String item,
    int profileVersion,
    String kind,
    int generation,
    boolean renewal,
    String state,
    Instant stateAt,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String endedReason,
    Instant createdAt,
    @Nullable Issued certificate,
    @Nullable Offered offered,
    @Nullable Reported deviceReport,
    @Nullable Revocation revocation,
    @Nullable Instant renewAt) {

  /** The columns that {@link #of} reads, from {@code enrolment e left join package_report r}. */
  static final String COLUMNS =
      """
      e.request_id, e.device_id, e.subject, e.profile_id, nullif(e.item, '-') as item, e.profile_version, e.kind, e.generation, e.renewal,
      case when e.ended_at is not null
             and e.state in ('ACCEPTED', 'KEYED', 'SUBMITTING', 'PENDING_AT_CA', 'UNKNOWN_AT_CA')
           then 'CANCELLED' else e.state end as state,
      e.state_at, e.reason, e.detail, e.ended_reason, e.created_at, e.ca_id, e.issuer, e.serial, e.certificate_subject,
      e.not_before, e.not_after, e.certificate_sha256, e.package_id, e.package_sha256, e.package_withdrawn,
      e.revocation_id, e.revocation_trigger, e.revocation_state, e.revocation_at, e.renew_at,
      r.outcome, r.detail as outcome_detail, r.occurred_at as outcome_at
      """;

  static final String JOIN =
      " left join package_report r on r.tenant = e.tenant and r.package_id = e.package_id and r.device_id = e.device_id ";

  /** The certificate itself. */
  record Issued(
      String caId,
      String issuer,
      String serial,
      String subject,
      Instant notBefore,
      Instant notAfter,
      String sha256) {}

  /** The package that carries it. */
  record Offered(UUID packageId, String sha256, boolean withdrawn) {}

  /** How far its revocation is; done when listed. */
  record Revocation(UUID id, String trigger, String state, Instant at) {}

  /** What the device said. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Reported(String outcome, @Nullable String detail, Instant occurredAt) {}

  static CertificateView of(Row row) {
    return new CertificateView(
        row.getUUID("request_id"),
        row.getString("device_id"),
        row.getString("subject"),
        row.getUUID("profile_id"),
        row.getString("item"),
        row.getInteger("profile_version"),
        row.getString("kind"),
        row.getInteger("generation"),
        row.getBoolean("renewal"),
        row.getString("state"),
        time(row, "state_at"),
        row.getString("reason"),
        row.getString("detail"),
        row.getString("ended_reason"),
        time(row, "created_at"),
        issued(row),
        offered(row),
        reported(row),
        revocation(row),
        optionalTime(row, "renew_at"));
  }

  private static @Nullable Issued issued(Row row) {
    return row.getString("serial") == null
        ? null
        : new Issued(
            row.getString("ca_id"),
            row.getString("issuer"),
            row.getString("serial"),
            row.getString("certificate_subject"),
            time(row, "not_before"),
            time(row, "not_after"),
            row.getString("certificate_sha256"));
  }

  private static @Nullable Offered offered(Row row) {
    return row.getUUID("package_id") == null
        ? null
        : new Offered(
            row.getUUID("package_id"),
            row.getString("package_sha256"),
            row.getBoolean("package_withdrawn"));
  }

  private static @Nullable Reported reported(Row row) {
    return row.getString("outcome") == null
        ? null
        : new Reported(
            row.getString("outcome"), row.getString("outcome_detail"), time(row, "outcome_at"));
  }

  private static @Nullable Revocation revocation(Row row) {
    return row.getUUID("revocation_id") == null
        ? null
        : new Revocation(
            row.getUUID("revocation_id"),
            row.getString("revocation_trigger"),
            row.getString("revocation_state"),
            time(row, "revocation_at"));
  }

  private static @Nullable Instant optionalTime(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  private static Instant time(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time.toInstant();
  }
}
