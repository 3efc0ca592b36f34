package io.certferry.revocation.inventory;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;

/**
 * A certificate that was reported for a request.
 *
 * @param issuerKey see {@link IssuerNames#key}
 * @param serial see {@link Serials}
 */
public record KnownCertificate(
    UUID requestId,
    String tenant,
    String caId,
    String issuer,
    String issuerKey,
    String serial,
    Instant notAfter) {

  static KnownCertificate of(Row row) {
    return new KnownCertificate(
        row.getUUID("request_id"),
        row.getString("tenant"),
        row.getString("ca_id"),
        row.getString("issuer"),
        row.getString("issuer_key"),
        row.getString("serial"),
        row.getOffsetDateTime("not_after").toInstant());
  }
}
