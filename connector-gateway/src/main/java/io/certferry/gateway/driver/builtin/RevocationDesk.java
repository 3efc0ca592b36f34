package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.pki.ca.RevocationReason;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Revokes by serial; what is revoked stays so. */
final class RevocationDesk {

  private final String issuer;
  private final RequestTable requests;
  private final CrlPublisher crls;

  RevocationDesk(String issuer, RequestTable requests, CrlPublisher crls) {
    this.issuer = issuer;
    this.requests = requests;
    this.crls = crls;
  }

  RevokeOutcome revoke(RevokeOrder order) {
    if (!issuer.equals(order.issuer())) {
      return new RevokeOutcome.Refused("unknown-issuer", "this CA is not the issuer");
    }
    Optional<RevocationReason> reason = RevocationReason.named(order.reason());
    if (reason.isEmpty() || reason.get() == RevocationReason.REMOVE_FROM_CRL) {
      return new RevokeOutcome.Refused("unknown-reason", "the CA does not take this reason");
    }
    return revoke(order.serial().toLowerCase(Locale.ROOT), reason.get());
  }

  private RevokeOutcome revoke(String serial, RevocationReason reason) {
    Optional<RequestRow> revoked = requests.revoke(serial, reason.name());
    if (revoked.isPresent()) {
      crls.revocationHappened();
      return new RevokeOutcome.Revoked(revokedAt(revoked.get()), false);
    }
    return requests
        .bySerial(serial)
        .filter(row -> row.status() == RequestRow.Status.REVOKED)
        .<RevokeOutcome>map(row -> new RevokeOutcome.Revoked(revokedAt(row), true))
        .orElseGet(
            () -> new RevokeOutcome.Refused("unknown-serial", "the CA issued no such certificate"));
  }

  private static Instant revokedAt(RequestRow row) {
    return Objects.requireNonNull(row.revokedAt());
  }
}
