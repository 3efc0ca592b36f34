package io.certferry.gateway.driver.builtin;

import io.certferry.pki.PkiException;
import io.certferry.pki.ca.Ocsp;
import io.certferry.pki.ca.OcspRequest;
import io.certferry.pki.ca.OcspRequest.CertificateId;
import io.certferry.pki.ca.OcspStatus;
import io.certferry.pki.ca.RevocationReason;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ParsedCertificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Answers from the request table: good only for what was issued, at once revoked for what was
 * revoked.
 */
final class OcspResponder {

  private final Hierarchy hierarchy;
  private final RequestTable requests;
  private final Duration validity;
  private final InstantSource clock;

  OcspResponder(
      Hierarchy hierarchy, RequestTable requests, Duration validity, InstantSource clock) {
    this.hierarchy = hierarchy;
    this.requests = requests;
    this.validity = validity;
    this.clock = clock;
  }

  byte[] answer(byte[] der) {
    try {
      OcspRequest request = Ocsp.parseRequest(der);
      return isOf(request, hierarchy.root())
          ? signed(request, hierarchy.root())
          : signedByIssuing(request);
    } catch (PkiException e) {
      return Ocsp.buildFailure(Ocsp.Failure.MALFORMED_REQUEST);
    }
  }

  private byte[] signedByIssuing(OcspRequest request) {
    return isOf(request, hierarchy.issuing())
        ? signed(request, hierarchy.issuing())
        : Ocsp.buildFailure(Ocsp.Failure.UNAUTHORIZED);
  }

  private static boolean isOf(OcspRequest request, Authority signer) {
    return request.certificates().stream()
        .allMatch(id -> Ocsp.isIssuedBy(id, signer.certificate()));
  }

  private byte[] signed(OcspRequest request, Authority signer) {
    Map<CertificateId, OcspStatus> statuses = new LinkedHashMap<>();
    request.certificates().forEach(id -> statuses.put(id, status(id, signer)));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return Ocsp.buildResponse(
        statuses,
        request.nonce(),
        new Validity(now, now.plus(validity)),
        signer.key(),
        signer.certificate());
  }

  private OcspStatus status(CertificateId id, Authority signer) {
    if (signer == hierarchy.root()) {
      return id.serial().equals(hierarchy.issuing().parsed().serial())
          ? new OcspStatus.Good()
          : new OcspStatus.Unknown();
    }
    Optional<RequestRow> row =
        id.serial().signum() < 0
            ? Optional.empty()
            : requests.bySerial(ParsedCertificate.serialHex(id.serial()));
    return row.map(OcspResponder::status).orElseGet(OcspStatus.Unknown::new);
  }

  private static OcspStatus status(RequestRow row) {
    return switch (row.status()) {
      case ISSUED -> new OcspStatus.Good();
      case REVOKED ->
          new OcspStatus.Revoked(
              Objects.requireNonNull(row.revokedAt()),
              RevocationReason.valueOf(Objects.requireNonNull(row.revocationReason())));
      case PENDING, PLANNED, DENIED -> new OcspStatus.Unknown();
    };
  }
}
