package io.certferry.pki.ca;

import io.certferry.pki.name.DistinguishedName;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A CRL whose signature held.
 *
 * @param issuer the CA
 * @param number CRL number, or null when it has none
 * @param thisUpdate when it was made
 * @param nextUpdate when it is stale, or null when it does not say
 * @param revoked by serial
 */
public record ParsedCrl(
    DistinguishedName issuer,
    @Nullable BigInteger number,
    Instant thisUpdate,
    @Nullable Instant nextUpdate,
    Map<BigInteger, RevokedCertificate> revoked) {
  public Optional<RevokedCertificate> find(BigInteger serial) {
    return Optional.ofNullable(revoked.get(serial));
  }
}
