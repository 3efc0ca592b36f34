package io.certferry.pki.certificate;

import io.certferry.pki.Digests;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an X.509 certificate says (RFC 5280); nothing in it is verified. Equality is by {@link
 * #der}.
 *
 * @param serial as in the certificate
 * @param issuer the issuer's name
 * @param subject the subject's name
 * @param notBefore first second of validity
 * @param notAfter last second of validity
 * @param spki SubjectPublicKeyInfo, DER
 * @param keyAlgorithm {@code RSA}, {@code EC} or an OID
 * @param keySize modulus or field bits; 0 when unknown
 * @param signatureAlgorithm OID
 * @param isCa whether basicConstraints say CA:TRUE
 * @param pathLength pathLenConstraint
 * @param ekus extended key usages, OIDs; empty when the extension is absent
 * @param keyUsage bits; empty when the extension is absent
 * @param sans subject alternative names
 * @param sid Microsoft's SID security extension, or null
 * @param policies certificate policy OIDs
 * @param templateName Microsoft's version 1 template name, or null
 * @param subjectKeyIdentifier lower-case hexadecimal, or null
 * @param authorityKeyIdentifier lower-case hexadecimal, or null
 * @param crlUrls distribution points; never fetched here
 * @param extensionOids every extension
 * @param criticalExtensionOids those marked critical
 * @param der the whole certificate
 */
public record ParsedCertificate(
    BigInteger serial,
    DistinguishedName issuer,
    DistinguishedName subject,
    Instant notBefore,
    Instant notAfter,
    byte[] spki,
    String keyAlgorithm,
    int keySize,
    String signatureAlgorithm,
    boolean isCa,
    OptionalInt pathLength,
    List<String> ekus,
    Set<KeyUsage> keyUsage,
    List<SubjectAltName> sans,
    @Nullable String sid,
    List<String> policies,
    @Nullable String templateName,
    @Nullable String subjectKeyIdentifier,
    @Nullable String authorityKeyIdentifier,
    List<String> crlUrls,
    List<String> extensionOids,
    List<String> criticalExtensionOids,
    byte[] der) {

  /** Lower-case hexadecimal of the serial's content octets, whole octets: {@code 0a1b}. */
  public String serialHex() {
    return serialHex(serial);
  }

  /**
   * How serials are written everywhere: lower-case hexadecimal, whole octets, no leading zero
   * octet.
   */
  public static String serialHex(BigInteger serial) {
    String digits = serial.toString(16).toLowerCase(Locale.ROOT);
    return digits.length() % 2 == 0 ? digits : "0" + digits;
  }

  /** SHA-256 of {@link #spki}, lower-case hexadecimal. */
  public String spkiSha256() {
    return Digests.sha256Hex(spki);
  }

  /** SHA-256 thumbprint, lower-case hexadecimal. */
  public String sha256() {
    return Digests.sha256Hex(der);
  }

  /** SHA-1 thumbprint, upper-case hexadecimal as Windows shows it. */
  public String sha1() {
    return HexFormat.of().withUpperCase().formatHex(Digests.sha1(der));
  }

  /** Whether issuer and subject are the same name; the signature is not looked at. */
  public boolean isSelfIssued() {
    return issuer.equals(subject);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParsedCertificate certificate && Arrays.equals(der, certificate.der);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(der);
  }

  @Override
  public String toString() {
    return "ParsedCertificate[subject=" + subject + ", serial=" + serialHex() + "]";
  }
}
