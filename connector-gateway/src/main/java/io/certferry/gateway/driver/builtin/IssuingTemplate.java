package io.certferry.gateway.driver.builtin;

import io.certferry.contracts.event.ConnectorReported;
import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.name.SubjectAltName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the CA issues for one purpose; the subject is supplied in the request. Named and cut as AD
 * CS's templates of the same name.
 *
 * @param name cn
 * @param extendedKeyUsages that may be asked for; at least one must be
 * @param keyUsage that may be asked for; others are left out
 * @param alternativeNames kinds that may be asked for
 * @param sid whether the SID extension may be asked for
 */
record IssuingTemplate(
    String name,
    String displayName,
    Duration maximumValidity,
    Set<String> extendedKeyUsages,
    Set<KeyUsage> keyUsage,
    Set<SubjectAltName.Type> alternativeNames,
    boolean sid) {

  private static final String EFS = "1.3.6.1.4.1.311.10.3.4";
  private static final Duration TWO_YEARS = Duration.ofDays(731);

  private static final Set<KeyUsage> SIGN =
      Set.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.NON_REPUDIATION);
  private static final Set<KeyUsage> SIGN_AND_ENCIPHER =
      Set.of(
          KeyUsage.DIGITAL_SIGNATURE,
          KeyUsage.NON_REPUDIATION,
          KeyUsage.KEY_ENCIPHERMENT,
          KeyUsage.KEY_AGREEMENT);

  static final List<IssuingTemplate> ALL =
      List.of(
          new IssuingTemplate(
              "User",
              "User",
              TWO_YEARS,
              Set.of(ExtendedKeyUsages.CLIENT_AUTH, ExtendedKeyUsages.EMAIL_PROTECTION, EFS),
              SIGN_AND_ENCIPHER,
              Set.of(
                  SubjectAltName.Type.UPN,
                  SubjectAltName.Type.EMAIL,
                  SubjectAltName.Type.DNS,
                  SubjectAltName.Type.URI),
              true),
          new IssuingTemplate(
              "ExchangeSignatureOnly",
              "Exchange Signature Only",
              TWO_YEARS,
              Set.of(ExtendedKeyUsages.EMAIL_PROTECTION),
              SIGN,
              Set.of(SubjectAltName.Type.EMAIL, SubjectAltName.Type.UPN),
              false),
          new IssuingTemplate(
              "ExchangeUser",
              "Exchange User",
              TWO_YEARS,
              Set.of(ExtendedKeyUsages.EMAIL_PROTECTION),
              SIGN_AND_ENCIPHER,
              Set.of(SubjectAltName.Type.EMAIL, SubjectAltName.Type.UPN),
              false),
          new IssuingTemplate(
              "Workstation",
              "Workstation Authentication",
              TWO_YEARS,
              Set.of(ExtendedKeyUsages.CLIENT_AUTH),
              SIGN_AND_ENCIPHER,
              Set.of(
                  SubjectAltName.Type.DNS,
                  SubjectAltName.Type.URI,
                  SubjectAltName.Type.UPN,
                  SubjectAltName.Type.IP),
              true));

  static Optional<IssuingTemplate> byName(String name) {
    return ALL.stream().filter(template -> template.name.equals(name)).findFirst();
  }

  /** Why the CA denies a request; empty when it issues. */
  Optional<String> refusal(ParsedCsr csr, long validitySeconds) {
    if (csr.subject().isEmpty() && csr.sans().isEmpty()) {
      return Optional.of("the request names nobody");
    }
    if (validitySeconds < 1 || validitySeconds > maximumValidity.toSeconds()) {
      return Optional.of("the validity is longer than the template's");
    }
    if (csr.ekus().isEmpty() || !extendedKeyUsages.containsAll(csr.ekus())) {
      return Optional.of("the template does not give these extended key usages");
    }
    return namesAndKey(csr);
  }

  private Optional<String> namesAndKey(ParsedCsr csr) {
    if (!csr.sans().stream().map(SubjectAltName::type).allMatch(alternativeNames::contains)) {
      return Optional.of("the template does not give alternative names of this kind");
    }
    if (csr.sid() != null && !sid) {
      return Optional.of("the template gives no SID");
    }
    PublicKeys.Description key = PublicKeys.describe(csr.spki());
    return AlgorithmPolicy2026.refusalOfKey(key.algorithm(), key.bits());
  }

  /**
   * The bits that the certificate gets: those asked for, or what suits the key, as far as the
   * template goes.
   */
  Set<KeyUsage> keyUsage(ParsedCsr csr) {
    Set<KeyUsage> wanted = csr.keyUsage().isEmpty() ? KeyUsage.forKey(csr.spki()) : csr.keyUsage();
    Set<KeyUsage> given = new TreeSet<>(wanted);
    given.retainAll(keyUsage);
    return given;
  }

  ConnectorReported.Template described(boolean managerApproval) {
    return new ConnectorReported.Template(
        name,
        displayName,
        maximumValidity.toSeconds(),
        AlgorithmPolicy2026.MIN_RSA_BITS,
        List.of("RSA", "EC"),
        extendedKeyUsages.stream().sorted().collect(Collectors.toUnmodifiableList()),
        managerApproval);
  }
}
