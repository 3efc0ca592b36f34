package io.certferry.gateway.driver.builtin;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A row of the CA's request table. */
record RequestRow(
    long id,
    @Nullable String reference,
    String template,
    byte[] csr,
    long validitySeconds,
    Status status,
    @Nullable String detail,
    Instant submittedAt,
    @Nullable Plan plan,
    byte @Nullable [] certificate,
    @Nullable Instant revokedAt,
    @Nullable String revocationReason) {

  /** Where a request stands at the CA. */
  enum Status {
    PENDING,
    PLANNED,
    ISSUED,
    DENIED,
    REVOKED
  }

  /**
   * What was decided before signing.
   *
   * @param serial lower-case hex
   * @param sha256 of everything the certificate will say
   */
  record Plan(
      String serial, Instant notBefore, Instant notAfter, String publicUrl, String sha256) {}

  static RequestRow of(Row row) {
    var certificate = row.getBuffer("certificate");
    OffsetDateTime revokedAt = row.getOffsetDateTime("revoked_at");
    return new RequestRow(
        row.getLong("id"),
        row.getString("requester_reference"),
        row.getString("template"),
        row.getBuffer("csr").getBytes(),
        row.getLong("validity_seconds"),
        Status.valueOf(row.getString("status")),
        row.getString("status_detail"),
        row.getOffsetDateTime("submitted_at").toInstant(),
        plan(row),
        certificate == null ? null : certificate.getBytes(),
        revokedAt == null ? null : revokedAt.toInstant(),
        row.getString("revocation_reason"));
  }

  private static @Nullable Plan plan(Row row) {
    String serial = row.getString("serial");
    return serial == null
        ? null
        : new Plan(
            serial,
            row.getOffsetDateTime("not_before").toInstant(),
            row.getOffsetDateTime("not_after").toInstant(),
            row.getString("public_url"),
            row.getString("plan_sha256"));
  }
}
