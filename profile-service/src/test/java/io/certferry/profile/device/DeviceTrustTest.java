package io.certferry.profile.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.profile.device.CertificateVerdict.Accepted;
import io.certferry.profile.device.CertificateVerdict.Refused;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.certificate.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTrustTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir Path folder;
  private Devices devices;

  @BeforeEach
  void makeADeviceCa() {
    TestAuthority ca =
        TestAuthority.create(
            "Device CA",
            KeyPairs.ec(),
            NOW.minus(Duration.ofDays(900)),
            NOW.plus(Duration.ofDays(900)));
    PemFiles.writeCertificates(folder.resolve("anchors.pem"), List.of(ca.certificate()));
    devices = new Devices(ca, InstantSource.fixed(NOW));
  }

  @Test
  void acceptsAGoodDevice() {
    // Given
    Device device = devices.ec("dev-1");

    // When
    CertificateVerdict verdict = judge("subject-cn", device, null);

    // Then
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.certificate().der().toArray()).isEqualTo(device.certificateDer());
              assertThat(accepted.certificate().notAfter())
                  .isEqualTo(device.certificate().getNotAfter().toInstant());
            });
    assertThat(judge("subject-cn", devices.rsa("dev-2"), null)).isInstanceOf(Accepted.class);
  }

  @Test
  void refusesEachKindOfBadDeviceByItsOwnRule() {
    assertThat(rule(judge("subject-cn", devices.weak("dev-1"), null))).isEqualTo("weak-key");
    assertThat(rule(judge("subject-cn", devices.expired("dev-1"), null))).isEqualTo("expired");
    assertThat(rule(judge("subject-cn", devices.notYetValid("dev-1"), null)))
        .isEqualTo("not-yet-valid");
    assertThat(rule(judge("subject-cn", devices.fromForeignCa("dev-1"), null)))
        .isEqualTo("untrusted");
    assertThat(rule(judge("subject-cn", devices.named("dev-1", "dev-2"), null)))
        .isEqualTo("not-bound");
    CertificateVerdict garbage =
        trust("subject-cn")
            .judge("default", "dev-1", Bytes.of(new byte[] {0x30, 0}), List.of(), null);
    assertThat(rule(garbage)).isEqualTo("not-a-certificate");
  }

  @Test
  void trustsNobodyOfATenantWithoutAnchors() {
    Device device = devices.ec("dev-1");
    CertificateVerdict verdict =
        trust("subject-cn")
            .judge("stranger", "dev-1", Bytes.of(device.certificateDer()), List.of(), null);
    assertThat(rule(verdict)).isEqualTo("untrusted");
  }

  @Test
  void bindsByUriWhereTheTenantSaysSo() {
    Device device = devices.withUri("dev-1", "whatever", "urn:device:dev-1");
    assertThat(judge("san-uri", device, null)).isInstanceOf(Accepted.class);
    Device other = devices.withUri("dev-1", "dev-1", "urn:device:xdev-1");
    assertThat(rule(judge("san-uri", other, null))).isEqualTo("not-bound");
  }

  @Test
  void holdsADeviceToItsFirstKeyWhereTheTenantSaysSo() {
    Device device = devices.named("dev-1", "anything");
    Accepted first = (Accepted) judge("pinned", device, null);
    String pin = first.certificate().keySha256();
    assertThat(judge("pinned", device, pin)).isInstanceOf(Accepted.class);
    assertThat(rule(judge("pinned", devices.named("dev-1", "anything"), pin)))
        .isEqualTo("not-bound");
  }

  private CertificateVerdict judge(String rule, Device device, @Nullable String pinned) {
    return trust(rule)
        .judge("default", device.deviceId(), Bytes.of(device.certificateDer()), List.of(), pinned);
  }

  private static String rule(CertificateVerdict verdict) {
    return verdict instanceof Refused refused ? refused.error().rule() : "accepted";
  }

  private DeviceTrust trust(String rule) {
    String file = folder.resolve("anchors.pem").toString();
    return new DeviceTrust(
        new DeviceTrustConfig() {
          @Override
          public Map<String, String> anchors() {
            return Map.of("default", file);
          }

          @Override
          public Map<String, String> binding() {
            return Map.of("default", rule);
          }

          @Override
          public int cacheSize() {
            return 10;
          }

          @Override
          public Duration cacheFor() {
            return Duration.ofMinutes(10);
          }
        },
        InstantSource.fixed(NOW));
  }
}
