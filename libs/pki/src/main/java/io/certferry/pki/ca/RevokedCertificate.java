package io.certferry.pki.ca;

import java.math.BigInteger;
import java.time.Instant;

/**
 * One entry of a CRL.
 *
 * @param serial the certificate's
 * @param revokedAt when; fractions of a second are cut off
 * @param reason written unless unspecified (RFC 5280 section 5.3.1)
 */
public record RevokedCertificate(BigInteger serial, Instant revokedAt, RevocationReason reason) {}
