package io.certferry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path directory;
  private KeyMaterial material;
  private Devices devices;

  @BeforeEach
  void generate() {
    FakeClock clock = new FakeClock(NOW);
    material =
        KeyMaterial.generate(
            directory.resolve("keys"), Map.of("default", "device-ca", "other", "b"), clock);
    devices = new Devices(material.deviceCa("default"), clock);
  }

  @Test
  void makesDevicesThatChainToTheTenantsAnchor() throws Exception {
    // When
    Device device = devices.rsa("dev-1");

    // Then
    device.certificate().verify(material.deviceCa("default").certificate().getPublicKey());
    device.certificate().checkValidity(Date.from(NOW));
    assertThat(device.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=dev-1");
    assertThatThrownBy(
            () ->
                device
                    .certificate()
                    .verify(material.deviceCa("other").certificate().getPublicKey()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void makesDevicesThatMustBeRefused() {
    assertThat(devices.expired("d").certificate().getNotAfter()).isBefore(Date.from(NOW));
    assertThat(devices.notYetValid("d").certificate().getNotBefore()).isAfter(Date.from(NOW));
    assertThat(devices.named("d", "x").certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=x");
    assertThat(((RSAPublicKey) devices.weak("d").keys().getPublic()).getModulus().bitLength())
        .isEqualTo(1024);
    Device foreign = devices.fromForeignCa("d");
    assertThat(foreign.certificate().getIssuerX500Principal())
        .isEqualTo(material.deviceCa("default").certificate().getSubjectX500Principal());
    assertThatThrownBy(
            () -> foreign.certificate().verify(material.deviceCa("default").keys().getPublic()))
        .isInstanceOf(GeneralSecurityException.class);
  }
}
