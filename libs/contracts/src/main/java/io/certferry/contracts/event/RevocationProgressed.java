package io.certferry.contracts.event;

import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A revocation reached a state. It is done only when it is listed: the CA's CRL or OCSP responder
 * shows it, fetched and verified.
 *
 * @param state ordered, barred, submitted, accepted, listed, waiting, failed, or closed when there
 *     was nothing to revoke
 * @param version grows with each state: an older one never overwrites a newer one
 * @param reason stable code for waiting, failed and closed, such as ca-cannot-revoke,
 *     unknown-serial, no-certificate
 * @param detail one sentence for people
 * @param barrierAt issuance-service's commit of the barrier
 * @param acceptedAt when the CA took it
 * @param listedAt when it was first seen listed
 * @param evidence what was seen
 */
public record RevocationProgressed(
    UUID revocationId,
    @Nullable UUID requestId,
    NaturalKey naturalKey,
    @Nullable String caId,
    @Nullable String issuer,
    @Nullable String serial,
    String trigger,
    String state,
    int version,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable Instant barrierAt,
    @Nullable Instant acceptedAt,
    @Nullable Instant listedAt,
    @Nullable Evidence evidence,
    Instant at) {

  /**
   * Where a revocation was seen listed.
   *
   * @param kind crl or ocsp
   * @param source address it was fetched from
   * @param sha256 lower-case hex of the bytes fetched
   * @param crlNumber of the CRL, when it has one
   * @param thisUpdate when the CA made it
   * @param revokedAt what it says of the certificate
   * @param reason what it says of the certificate, RFC 5280 name
   */
  public record Evidence(
      String kind,
      String source,
      String sha256,
      @Nullable BigInteger crlNumber,
      Instant thisUpdate,
      Instant revokedAt,
      String reason) {}
}
