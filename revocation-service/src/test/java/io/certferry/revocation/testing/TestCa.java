package io.certferry.revocation.testing;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.Crls;
import io.certferry.pki.ca.Ocsp;
import io.certferry.pki.ca.OcspRequest;
import io.certferry.pki.ca.OcspStatus;
import io.certferry.pki.ca.RevocationReason;
import io.certferry.pki.ca.RevokedCertificate;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.revocation.inventory.Serials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A CA of a test: its certificate in a file, and CRLs as told. */
public final class TestCa {

  /** What the CA is called in certificates. */
  public static final String ISSUER = "CN=Revocation Test CA";

  private static final Duration YEARS = Duration.ofDays(3650);

  private final byte[] certificate;
  private final SigningKey key;

  private TestCa(byte[] certificate, SigningKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /** A new CA. */
  public static TestCa create() {
    GeneratedKey pair = KeyPairs.generate(KeySpec.EC_256);
    return new TestCa(selfSigned(pair), SigningKey.of(pair));
  }

  /** A new CA whose key and certificate are kept in a folder. */
  static void createIn(Path directory) {
    GeneratedKey pair = KeyPairs.generate(KeySpec.EC_256);
    write(directory.resolve("ca.p8"), pair.pkcs8().expose(SecretAccess.granted()));
    write(
        directory.resolve("ca.pem"),
        Certificates.toPem(selfSigned(pair)).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private static byte[] selfSigned(GeneratedKey pair) {
    Instant now = Instant.now();
    return CaCertificates.selfSignedRoot(
        DistinguishedName.ofCommonName("Revocation Test CA"),
        pair,
        new Validity(now.minus(YEARS), now.plus(YEARS)));
  }

  /** The one in a folder. */
  public static TestCa in(Path directory) {
    try {
      byte[] certificate =
          Certificates.fromPem(Files.readAllBytes(directory.resolve("ca.pem"))).get(0);
      SecretBytes pkcs8 = SecretBytes.owning(Files.readAllBytes(directory.resolve("ca.p8")));
      return new TestCa(certificate, SigningKey.of(pkcs8, Certificates.parse(certificate).spki()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] certificate() {
    return certificate.clone();
  }

  /** A CRL that is good from now for an hour. */
  public byte[] crl(long number, Collection<String> serials) {
    Instant now = Instant.now();
    return crl(number, now.minusSeconds(5), now.plus(Duration.ofHours(1)), serials);
  }

  /** A CRL with any window. */
  public byte[] crl(
      long number, Instant thisUpdate, Instant nextUpdate, Collection<String> serials) {
    return crl(number, thisUpdate, nextUpdate, serials, RevocationReason.CESSATION_OF_OPERATION);
  }

  /** A CRL with any window and reason. */
  public byte[] crl(
      long number,
      Instant thisUpdate,
      Instant nextUpdate,
      Collection<String> serials,
      RevocationReason reason) {
    List<RevokedCertificate> entries =
        serials.stream()
            .map(serial -> new RevokedCertificate(Serials.number(serial), thisUpdate, reason))
            .toList();
    return Crls.build(
        BigInteger.valueOf(number),
        new Validity(thisUpdate, nextUpdate),
        entries,
        key,
        certificate);
  }

  /** The answer of this CA's own responder. */
  public byte[] ocsp(byte[] request, OcspStatus status, Instant thisUpdate, Instant nextUpdate) {
    OcspRequest parsed = Ocsp.parseRequest(request);
    return Ocsp.buildResponse(
        Map.of(parsed.certificates().get(0), status),
        parsed.nonce(),
        new Validity(thisUpdate, nextUpdate),
        key,
        certificate);
  }

  /** What others hear of a certificate that this CA issued just now for a year. */
  public static CertificateFacts certificate(String caId) {
    Instant now = Instant.now();
    return certificate(caId, now.minusSeconds(60), now.plus(Duration.ofDays(365)));
  }

  /** The same with any validity. */
  public static CertificateFacts certificate(String caId, Instant notBefore, Instant notAfter) {
    String serial = Serials.of(Randomness.serialNumber());
    return new CertificateFacts(
        caId, ISSUER, serial, "CN=alice", notBefore, notAfter, "a".repeat(64), "b".repeat(64));
  }

  static void write(Path file, byte[] content) {
    try {
      Path part = Files.createTempFile(file.getParent(), "part", ".tmp");
      Files.write(part, content);
      Files.move(
          part,
          file,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
