package io.certferry.gateway.policy;

import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.Grant.NameAttribute;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateExtensions;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.name.Attribute;
import io.certferry.pki.name.AttributeType;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a CSR asks for exactly what the grant names, no more and no less. Pure; RSA and EC
 * verification inside.
 */
final class CsrCheck {

  private static final Set<String> EXTENSIONS =
      Set.of("2.5.29.15", "2.5.29.37", "2.5.29.17", CertificateExtensions.SID_EXTENSION);

  private CsrCheck() {}

  /** Either the CSR, its proof of possession verified, or why not. */
  static Checked<ParsedCsr> check(byte[] der, CertificatePlan plan) {
    try {
      ParsedCsr csr = CertificateRequests.parse(der);
      String mismatch = mismatch(csr, plan);
      return mismatch == null
          ? new Checked.Accepted<>(csr)
          : refused("the CSR asks for another " + mismatch + " than the grant");
    } catch (PkiException e) {
      return refused("the CSR: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      return refused("the grant names what no CSR can ask for: " + e.getMessage());
    }
  }

  private static Checked<ParsedCsr> refused(String message) {
    return new Checked.Refused<>(Refusal.command(message));
  }

  private static @Nullable String mismatch(ParsedCsr csr, CertificatePlan plan) {
    if (!csr.subject().equals(subject(plan))) {
      return "subject";
    }
    if (!sameSet(names(plan), csr.sans())) {
      return "subjectAlternativeNames";
    }
    if (!sameSet(plan.extendedKeyUsages(), csr.ekus())) {
      return "extendedKeyUsages";
    }
    if (!Objects.equals(plan.sid(), csr.sid())) {
      return "sid";
    }
    return keyOrExtension(csr, plan);
  }

  private static @Nullable String keyOrExtension(ParsedCsr csr, CertificatePlan plan) {
    PublicKeys.Description key = PublicKeys.describe(csr.spki());
    if (!key.algorithm().equals(plan.keyAlgorithm())) {
      return "keyAlgorithm";
    }
    if (key.bits() != plan.keySize()) {
      return "keySize";
    }
    if (csr.keyUsage().contains(KeyUsage.KEY_CERT_SIGN)
        || csr.keyUsage().contains(KeyUsage.CRL_SIGN)) {
      return "keyUsage";
    }
    return EXTENSIONS.containsAll(csr.extensionOids()) ? null : "set of extensions";
  }

  static DistinguishedName subject(CertificatePlan plan) {
    return DistinguishedName.of(
        plan.subject().stream()
            .map(rdn -> rdn.stream().map(CsrCheck::attribute).toList())
            .toList());
  }

  private static Attribute attribute(NameAttribute attribute) {
    AttributeType type =
        AttributeType.byName(attribute.type())
            .orElseThrow(() -> new IllegalArgumentException("attribute type of the subject"));
    return Attribute.of(type, attribute.value());
  }

  private static List<SubjectAltName> names(CertificatePlan plan) {
    return plan.subjectAlternativeNames().stream()
        .map(
            name ->
                new SubjectAltName(
                    SubjectAltName.Type.valueOf(name.type().toUpperCase(Locale.ROOT)),
                    name.value()))
        .toList();
  }

  private static <T> boolean sameSet(List<T> wanted, List<T> found) {
    return wanted.size() == found.size() && new HashSet<>(wanted).equals(new HashSet<>(found));
  }
}
