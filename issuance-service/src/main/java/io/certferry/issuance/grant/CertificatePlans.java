package io.certferry.issuance.grant;

import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.Grant.NameAttribute;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.pki.certificate.CsrPlan;
import io.certferry.pki.certificate.ExpectedCertificate;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.name.Attribute;
import io.certferry.pki.name.AttributeType;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the certificate plan of a grant means for the request and for the certificate. */
public final class CertificatePlans {

  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private CertificatePlans() {}

  /**
   * @throws IllegalArgumentException for a key that is not offered
   */
  public static KeySpec keySpec(CertificatePlan plan) {
    return KeySpec.parse(plan.keyAlgorithm() + "-" + plan.keySize());
  }

  /**
   * Everything the grant names, the SID included; key usage as it suits the key.
   *
   * @throws io.certferry.pki.PkiException for a name that cannot be requested
   */
  public static CsrPlan csr(CertificatePlan plan) {
    return new CsrPlan(
        subject(plan),
        plan.subjectAlternativeNames().stream().map(CertificatePlans::name).toList(),
        plan.extendedKeyUsages(),
        Set.of(),
        plan.sid());
  }

  /**
   * What the certificate must be.
   *
   * @param caChain issuing CA first, root last
   */
  public static ExpectedCertificate expected(
      CertificatePlan plan, byte[] spki, List<byte[]> caChain, Instant now) {
    CsrPlan csr = csr(plan);
    return new ExpectedCertificate(
        spki,
        csr.subject(),
        new HashSet<>(csr.sans()),
        new HashSet<>(csr.ekus()),
        Set.of(KeyUsage.DIGITAL_SIGNATURE),
        csr.sid(),
        // The check counts inclusively (RFC 5280), AD CS does not: one second more.
        Duration.ofSeconds(plan.validitySeconds()).plusSeconds(1),
        caChain,
        now,
        CLOCK_SKEW);
  }

  private static DistinguishedName subject(CertificatePlan plan) {
    return DistinguishedName.of(
        plan.subject().stream()
            .map(rdn -> rdn.stream().map(CertificatePlans::attribute).toList())
            .toList());
  }

  private static Attribute attribute(NameAttribute attribute) {
    return AttributeType.byName(attribute.type())
        .map(type -> Attribute.of(type, attribute.value()))
        .orElseThrow(
            () ->
                new IllegalArgumentException("attribute type " + attribute.type() + " is unknown"));
  }

  private static SubjectAltName name(SubjectAlternativeName name) {
    String type = name.type().toUpperCase(Locale.ROOT);
    SubjectAltName parsed = new SubjectAltName(SubjectAltName.Type.valueOf(type), name.value());
    parsed
        .refusal()
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(
                  "the alternative name of type " + name.type() + " " + why);
            });
    return parsed;
  }
}
