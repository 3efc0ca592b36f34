package io.certferry.gateway.registrar;

import io.certferry.gateway.identity.KeyedPem;
import io.certferry.gateway.identity.OwnerOnlyFile;
import io.certferry.pki.Digests;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.Attribute;
import io.certferry.pki.name.AttributeType;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/** The CA of the identities: one EC P-256 key and its self-signed certificate in one file. */
final class RegistrarCa {

  private static final String FILE = "registrar-ca.pem";
  private static final Duration LIFE = Duration.ofDays(3650);
  private static final Duration BACKDATE = Duration.ofMinutes(5);

  private final SigningKey key;
  private final byte[] certificate;
  private final InstantSource clock;

  private RegistrarCa(SigningKey key, byte[] certificate, InstantSource clock) {
    this.key = key;
    this.certificate = certificate;
    this.clock = clock;
  }

  /**
   * Opens the CA, made first if there is none.
   *
   * @throws IllegalStateException if others than the owner may read its file, or it holds something
   *     else
   */
  static RegistrarCa open(Path directory, InstantSource clock) {
    byte[] file = OwnerOnlyFile.readOrMake(directory.resolve(FILE), () -> make(clock.instant()));
    try (KeyedPem pem = KeyedPem.parse(FILE, file)) {
      return new RegistrarCa(
          SigningKey.of(pem.key(), pem.parsed().spki()), pem.parsed().der(), clock);
    }
  }

  private static byte[] make(Instant now) {
    try (GeneratedKey key = KeyPairs.generate(KeySpec.EC_256)) {
      byte[] certificate =
          CaCertificates.selfSignedRoot(
              DistinguishedName.ofCommonName("Certferry Registrar"), key, validity(now, LIFE));
      return KeyedPem.write(key.pkcs8(), List.of(certificate));
    }
  }

  private static Validity validity(Instant now, Duration life) {
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    return new Validity(second.minus(BACKDATE), second.plus(life));
  }

  /** DER. */
  byte[] certificate() {
    return certificate.clone();
  }

  /** What a token pins. */
  String fingerprint() {
    return Digests.sha256Hex(certificate);
  }

  /** The identity of a tenant's connector, DER: CN is the connector, O the tenant. */
  byte[] identity(String tenant, String connectorId, byte[] spki, Duration life) {
    DistinguishedName name =
        DistinguishedName.of(
            List.of(
                List.of(Attribute.of(AttributeType.O, tenant)),
                List.of(Attribute.of(AttributeType.CN, connectorId))));
    return issue(name, spki, List.of(), ExtendedKeyUsages.CLIENT_AUTH, life);
  }

  /** The registrar's own certificate for TLS, DER. */
  byte[] server(List<SubjectAltName> names, byte[] spki, Duration life) {
    DistinguishedName name = DistinguishedName.ofCommonName("Certferry Registrar TLS");
    return issue(name, spki, names, ExtendedKeyUsages.SERVER_AUTH, life);
  }

  private byte[] issue(
      DistinguishedName subject,
      byte[] spki,
      List<SubjectAltName> names,
      String usage,
      Duration life) {
    IssuePlan plan =
        new IssuePlan(
            subject.der(),
            spki,
            names,
            List.of(usage),
            Set.of(),
            null,
            null,
            Randomness.serialNumber(),
            validity(clock.instant(), life),
            Publication.NONE);
    return CaCertificates.issue(plan, key, certificate);
  }
}
