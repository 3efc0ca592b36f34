package io.certferry.contracts.event;

import java.time.Instant;

/**
 * What others need to know of an issued certificate.
 *
 * @param serial lower-case hex, whole octets without sign or leading zero octet
 * @param issuer RFC 4514 name of the issuing CA
 * @param sha256 lower-case hex thumbprint of the DER
 * @param subjectPublicKeySha256 lower-case hex of the SPKI's SHA-256
 */
public record CertificateFacts(
    String caId,
    String issuer,
    String serial,
    String subject,
    Instant notBefore,
    Instant notAfter,
    String sha256,
    String subjectPublicKeySha256) {}
