package io.certferry.gateway.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.Digests;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.CsrPlan;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.name.DistinguishedName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files of one tenant's identity: {@code <tenant>.pem} with the key, first under a certificate
 * that it signed itself and after the enrolment under the registrar's, and {@code <tenant>.token}
 * while it waits.
 */
final class TenantIdentity {

  /** Key stores want a password; these never leave the process. */
  static final String IN_MEMORY = "in memory";

  private final Path file;
  private final Path tokenFile;
  private final String connectorId;

  TenantIdentity(Path directory, String tenant, String connectorId) {
    this.file = directory.resolve(tenant + ".pem");
    this.tokenFile = directory.resolve(tenant + ".token");
    this.connectorId = connectorId;
  }

  private KeyedPem open(Instant now) {
    String name = file.getFileName().toString();
    return KeyedPem.parse(name, OwnerOnlyFile.readOrMake(file, () -> fresh(now)));
  }

  private byte[] fresh(Instant now) {
    try (GeneratedKey key = KeyPairs.generate(KeySpec.EC_256)) {
      return KeyedPem.write(key.pkcs8(), List.of(Placeholder.of(connectorId, key, now)));
    }
  }

  /** SHA-256 of the public key, which a token must be for. */
  String keySha256(Instant now) {
    try (KeyedPem pem = open(now)) {
      return Digests.sha256Hex(pem.parsed().spki());
    }
  }

  /** DER, for enrolment and renewal. */
  byte[] request(Instant now) {
    try (KeyedPem pem = open(now)) {
      CsrPlan plan =
          new CsrPlan(
              DistinguishedName.ofCommonName(connectorId), List.of(), List.of(), Set.of(), null);
      return CertificateRequests.create(plan, pem.parsed().spki(), pem.key());
    }
  }

  /** The token that somebody put there. */
  Optional<String> token() {
    try {
      return Files.exists(tokenFile)
          ? Optional.of(Files.readString(tokenFile, US_ASCII).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + tokenFile.getFileName(), e);
    }
  }

  /** A token works once; one that was refused does not work again either. */
  void forgetToken() {
    try {
      Files.deleteIfExists(tokenFile);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + tokenFile.getFileName(), e);
    }
  }

  /** Keeps what the registrar gave. */
  void keep(byte[] certificate, byte[] ca, Instant now) {
    try (KeyedPem pem = open(now)) {
      OwnerOnlyFile.replace(file, KeyedPem.write(pem.key(), List.of(certificate, ca)));
    }
  }

  /**
   * An identity as it is used.
   *
   * @param keys with the key and its certificate
   * @param caSha256 of the registrar's CA
   */
  record Usable(KeyStore keys, ParsedCertificate certificate, String caSha256) {

    /** After two thirds of its life. */
    boolean isDue(Instant now) {
      Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
      return !now.isBefore(certificate.notAfter().minus(life.dividedBy(3)));
    }
  }

  /** The identity, if there is one that has not ended. */
  Optional<Usable> usable(Instant now) {
    try (KeyedPem pem = open(now)) {
      return pem.certificates().size() < 2 || !pem.parsed().notAfter().isAfter(now)
          ? Optional.empty()
          : Optional.of(usable(pem));
    }
  }

  private static Usable usable(KeyedPem pem) {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Certificate own =
          factory.generateCertificate(new ByteArrayInputStream(pem.certificates().get(0)));
      keys.setKeyEntry(
          "identity",
          PrivateKeys.decode(pem.key()),
          IN_MEMORY.toCharArray(),
          new Certificate[] {own});
      return new Usable(keys, pem.parsed(), Digests.sha256Hex(pem.certificates().get(1)));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the identity cannot be used", e);
    }
  }
}
