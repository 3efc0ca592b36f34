package io.certferry.testkit;

import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.TestAuthority;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Makes devices of one tenant, good ones and those that must be refused. */
public final class Devices {

  private static final Duration VALIDITY = Duration.ofDays(365);
  private static final int RSA_BITS = 2048;
  private static final int WEAK_RSA_BITS = 1024;

  private final TestAuthority deviceCa;
  private final InstantSource clock;

  /** Devices whose certificates the authority signs. */
  public Devices(TestAuthority deviceCa, InstantSource clock) {
    this.deviceCa = deviceCa;
    this.clock = clock;
  }

  /** Devices of a tenant of the servers that {@link CertferryTestResource} runs in this JVM. */
  public static Devices ofTenant(String tenant) {
    return new Devices(SharedServers.keyMaterial().deviceCa(tenant), InstantSource.system());
  }

  /** RSA-2048, subject CN=deviceId, valid for a year. */
  public Device rsa(String deviceId) {
    return signed(deviceId, deviceId, KeyPairs.rsa(RSA_BITS));
  }

  /** EC P-256, subject CN=deviceId, valid for a year. */
  public Device ec(String deviceId) {
    return signed(deviceId, deviceId, KeyPairs.ec());
  }

  /** The certificate ended yesterday. */
  public Device expired(String deviceId) {
    Instant now = clock.instant();
    return signed(
        deviceId, deviceId, KeyPairs.ec(), now.minus(VALIDITY), now.minus(Duration.ofDays(1)));
  }

  /** The certificate begins tomorrow. */
  public Device notYetValid(String deviceId) {
    Instant now = clock.instant();
    return signed(
        deviceId, deviceId, KeyPairs.ec(), now.plus(Duration.ofDays(1)), now.plus(VALIDITY));
  }

  /** The certificate names another device. */
  public Device named(String deviceId, String commonName) {
    return signed(deviceId, commonName, KeyPairs.ec());
  }

  /** The key is RSA-1024. */
  public Device weak(String deviceId) {
    return signed(deviceId, deviceId, KeyPairs.rsa(WEAK_RSA_BITS));
  }

  /** The certificate says the deviceId in a URI, the common name is the one given. */
  public Device withUri(String deviceId, String commonName, String uri) {
    KeyPair keys = KeyPairs.ec();
    Instant now = clock.instant();
    CertificateSpec spec =
        CertificateSpec.client(commonName, keys.getPublic(), before(now), now.plus(VALIDITY))
            .withUri(uri);
    return new Device(deviceId, keys, deviceCa.issue(spec));
  }

  /** A stranger signed the certificate, under the very name of the device CA. */
  public Device fromForeignCa(String deviceId) {
    Instant now = clock.instant();
    String name = deviceCa.certificate().getSubjectX500Principal().getName().substring(3);
    TestAuthority stranger =
        TestAuthority.create(name, KeyPairs.ec(), before(now), now.plus(VALIDITY));
    return new Devices(stranger, clock).ec(deviceId);
  }

  private Device signed(String deviceId, String commonName, KeyPair keys) {
    Instant now = clock.instant();
    return signed(deviceId, commonName, keys, before(now), now.plus(VALIDITY));
  }

  private Device signed(
      String deviceId, String commonName, KeyPair keys, Instant notBefore, Instant notAfter) {
    return new Device(
        deviceId,
        keys,
        deviceCa.issue(CertificateSpec.client(commonName, keys.getPublic(), notBefore, notAfter)));
  }

  private static Instant before(Instant now) {
    return now.minus(Duration.ofHours(1));
  }
}
