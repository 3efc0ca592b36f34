package io.certferry.testkit;

import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.certificate.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The key files that a deployment hands to the services: who signs grants and commands, the
 * tenants' device trust anchors, and where the KEK and the built-in CA live.
 */
public final class KeyMaterial {

  private static final Duration CA_VALIDITY = Duration.ofDays(3650);
  private static final Duration CA_BACKDATE = Duration.ofDays(3650);

  private final Path directory;
  private final Map<String, String> deviceCas;

  private KeyMaterial(Path directory, Map<String, String> deviceCas) {
    this.directory = directory;
    this.deviceCas = Map.copyOf(deviceCas);
  }

  /**
   * Generates everything.
   *
   * @param directory made with mode 0700 if absent
   * @param deviceCas tenant to the base name of its device CA's files; tenants may share one
   * @param clock now; device CAs are valid ten years before and after it, so that expired devices
   *     have a CA that was valid
   */
  public static KeyMaterial generate(
      Path directory, Map<String, String> deviceCas, InstantSource clock) {
    KeyMaterial material = new KeyMaterial(directory, deviceCas);
    makePrivateDirectory(directory);
    makePrivateDirectory(material.kekDirectory());
    makePrivateDirectory(material.builtinDirectory());
    material.writeSigners(material.grantVerificationKeys(), material.grantSigningKey());
    material.writeSigners(
        material.commandVerificationKeys(),
        material.commandSigningKey(),
        material.revocationSigningKey());
    for (String name : new HashSet<>(deviceCas.values())) {
      material.writeDeviceCa(name, clock.instant());
    }
    makePrivateDirectory(material.importKeyDirectory());
    InternalTls.write(material.internalDirectory(), clock.instant());
    return material;
  }

  /** Material that was generated before. */
  public static KeyMaterial at(Path directory, Map<String, String> deviceCas) {
    return new KeyMaterial(directory, deviceCas);
  }

  public Path directory() {
    return directory;
  }

  /** EC P-256, blocks PRIVATE KEY and PUBLIC KEY; for profile-service alone. */
  public Path grantSigningKey() {
    return directory.resolve("grant-signing.pem");
  }

  public Path grantVerificationKeys() {
    return directory.resolve("grant-verification.pem");
  }

  /** EC P-256, blocks PRIVATE KEY and PUBLIC KEY; for issuance-service's commands to CAs. */
  public Path commandSigningKey() {
    return directory.resolve("command-signing.pem");
  }

  /** EC P-256, blocks PRIVATE KEY and PUBLIC KEY; for revocation-service's commands to CAs. */
  public Path revocationSigningKey() {
    return directory.resolve("revocation-signing.pem");
  }

  /** The public halves of both senders' keys. */
  public Path commandVerificationKeys() {
    return directory.resolve("command-verification.pem");
  }

  public Path kekDirectory() {
    return directory.resolve("kek");
  }

  public Path builtinDirectory() {
    return directory.resolve("builtin");
  }

  /** Where pfx-import-service keeps the private halves of its import keys. */
  public Path importKeyDirectory() {
    return directory.resolve("import-keys");
  }

  /** Whom issuance-service and pfx-import-service believe each other by, PEM. */
  public Path internalCa() {
    return internalDirectory().resolve(InternalTls.CA + ".pem");
  }

  /** Certificate of issuance-service's internal listener, PEM. */
  public Path internalServerCertificate() {
    return internalDirectory().resolve(InternalTls.SERVER + ".pem");
  }

  /** Its private key, PKCS#8 PEM, mode 0600. */
  public Path internalServerKey() {
    return internalDirectory().resolve(InternalTls.SERVER + ".key");
  }

  /** Certificate with which a service calls issuance-service, PEM. */
  public Path internalClientCertificate(String service) {
    return internalDirectory().resolve(service + ".pem");
  }

  /** Its private key, PKCS#8 PEM, mode 0600. */
  public Path internalClientKey(String service) {
    return internalDirectory().resolve(service + ".key");
  }

  private Path internalDirectory() {
    return directory.resolve("internal");
  }

  /** Tenant to the base name of its device CA's files. */
  public Map<String, String> deviceCas() {
    return deviceCas;
  }

  /** The trust anchor of a tenant's devices, PEM. */
  public Path deviceCaCertificate(String tenant) {
    return directory.resolve(deviceCaName(tenant) + ".pem");
  }

  /** Its private key, PKCS#8 PEM, mode 0600. */
  public Path deviceCaKey(String tenant) {
    return directory.resolve(deviceCaName(tenant) + ".key");
  }

  /** The tenant's device CA, ready to sign. */
  public TestAuthority deviceCa(String tenant) {
    var certificate = PemFiles.readCertificates(deviceCaCertificate(tenant)).get(0);
    var key = PemFiles.readPrivateKey(deviceCaKey(tenant));
    return TestAuthority.of(certificate, new KeyPair(certificate.getPublicKey(), key));
  }

  private String deviceCaName(String tenant) {
    String name = deviceCas.get(tenant);
    if (name == null) {
      throw new IllegalArgumentException("no device CA for tenant " + tenant);
    }
    return name;
  }

  private void writeSigners(Path verification, Path... signers) {
    KeyPair[] keys = new KeyPair[signers.length];
    for (int i = 0; i < signers.length; i++) {
      keys[i] = KeyPairs.ec();
      PemFiles.writePrivateKey(signers[i], keys[i], true);
    }
    PemFiles.writePublicKey(verification, keys);
  }

  private void writeDeviceCa(String name, Instant now) {
    TestAuthority ca =
        TestAuthority.create(
            "Certferry " + name, KeyPairs.ec(), now.minus(CA_BACKDATE), now.plus(CA_VALIDITY));
    PemFiles.writeCertificates(directory.resolve(name + ".pem"), List.of(ca.certificate()));
    PemFiles.writePrivateKey(directory.resolve(name + ".key"), ca.keys(), false);
  }

  private static void makePrivateDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory.getFileName(), e);
    }
  }
}
