package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.grant.CommandConfig;
import io.certferry.issuance.grant.DeviceBinding;
import io.certferry.issuance.grant.DeviceTrustConfig;
import io.certferry.issuance.grant.GrantConfig;
import io.certferry.issuance.imported.InternalConfig;
import io.certferry.issuance.key.KekConfig;
import io.certferry.issuance.key.KeyPoolConfig;
import io.certferry.issuance.packaging.CaTrustConfig;
import io.certferry.issuance.request.RequestConfig;
import io.certferry.issuance.request.RetentionConfig;
import io.certferry.issuance.request.StageConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pins every name and default: operators rely on them. */
class ConfigDefaultsTest {

  @Test
  void pinsRequests() {
    RequestConfig config = config(RequestConfig.class);
    assertThat(config.resendAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.resendAtMost()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.queryAfter()).isEqualTo(Duration.ofHours(6));
    assertThat(config.barredRevokeAfter()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.authorizationLifetime()).isEqualTo(Duration.ofDays(7));
    assertThat(config.lease()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.watchEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.measureEvery()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config(RequestConfig.class, "certferry.request.resend-after", "PT5S").resendAfter())
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void pinsTheDeadlineOfEachStateThatHasOne() {
    assertThat(shipped(RequestConfig.class).deadline())
        .isEqualTo(
            Map.of(
                RequestState.ACCEPTED, Duration.ofMinutes(5),
                RequestState.KEYED, Duration.ofDays(1),
                RequestState.SUBMITTING, Duration.ofMinutes(15),
                RequestState.UNKNOWN_AT_CA, Duration.ofHours(1),
                RequestState.PENDING_AT_CA, Duration.ofDays(30),
                RequestState.ISSUED, Duration.ofMinutes(5),
                RequestState.OFFERED, Duration.ofDays(30)));
  }

  @Test
  void pinsTheInternalListener() {
    InternalConfig config = config(InternalConfig.class);
    assertThat(config.host()).isEqualTo("127.0.0.1");
    assertThat(config.port()).isEqualTo(8445);
    assertThat(config.certificate()).isEmpty();
    assertThat(config.key()).isEmpty();
    assertThat(config.clientAnchors()).isEmpty();
    assertThat(config.clientName()).isEqualTo("pfx-import-service");
    assertThat(config.maxBody()).isEqualTo(4 << 20);
    assertThat(
            config(InternalConfig.class, "certferry.internal.client-anchors", "/a").clientAnchors())
        .contains(Path.of("/a"));
  }

  @Test
  void pinsStages() {
    StageConfig config = config(StageConfig.class);
    for (StageConfig.Loop loop : new StageConfig.Loop[] {config.key(), config.packaging()}) {
      assertThat(loop.enabled()).isTrue();
      assertThat(loop.threads()).isEqualTo(2);
      assertThat(loop.batchSize()).isEqualTo(16);
      assertThat(loop.budget()).isEqualTo(Duration.ofMillis(250));
      assertThat(loop.pollInterval()).isEqualTo(Duration.ofMillis(100));
    }
    assertThat(config(StageConfig.class, "certferry.stage.key.threads", "1").key().threads())
        .isEqualTo(1);
    assertThat(
            config(StageConfig.class, "certferry.stage.packaging.batch-size", "5")
                .packaging()
                .batchSize())
        .isEqualTo(5);
  }

  @Test
  void pinsKeys() {
    KekConfig kek = config(KekConfig.class, "certferry.kek.directory", "keys");
    assertThat(kek.directory()).isEqualTo(Path.of("keys"));
    assertThat(kek.dayKeyGrace()).isEqualTo(Duration.ofHours(1));
    assertThat(kek.sweepEvery()).isEqualTo(Duration.ofMinutes(1));
    KeyPoolConfig pool = shipped(KeyPoolConfig.class);
    assertThat(pool.fill()).isTrue();
    assertThat(pool.target()).isEqualTo(Map.of("RSA-2048", 16));
    assertThat(pool.maxAge()).isEqualTo(Duration.ofDays(1));
    assertThat(pool.idleFor()).isEqualTo(Duration.ofMillis(500));
    assertThat(pool.pollInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config(RetentionConfig.class).afterInstall()).isEqualTo(Duration.ofHours(24));
    assertThat(
            config(RetentionConfig.class, "certferry.retention.after-install", "PT0S")
                .afterInstall())
        .isZero();
  }

  @Test
  void pinsTrust() {
    assertThat(
            config(GrantConfig.class, "certferry.grant.verification-keys", "g.pem")
                .verificationKeys())
        .isEqualTo(Path.of("g.pem"));
    assertThat(config(CommandConfig.class, "certferry.command.signing-key", "c.pem").signingKey())
        .isEqualTo(Path.of("c.pem"));
    DeviceTrustConfig trust =
        config(
            DeviceTrustConfig.class,
            "certferry.device-trust.anchors.default",
            "d.pem",
            "certferry.device-trust.binding.default",
            "san-uri",
            "certferry.device-trust.binding.other",
            "pinned");
    assertThat(trust.anchors()).isEqualTo(Map.of("default", Path.of("d.pem")));
    assertThat(trust.binding())
        .isEqualTo(Map.of("default", DeviceBinding.SAN_URI, "other", DeviceBinding.PINNED));
    assertThat(
            config(CaTrustConfig.class, "certferry.ca-trust.anchors.builtin", "ca.pem").anchors())
        .isEqualTo(Map.of("builtin", Path.of("ca.pem")));
  }

  private static <T> T config(Class<T> mapping, String... values) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(mapping);
    for (int i = 0; i < values.length; i += 2) {
      builder.withDefaultValue(values[i], values[i + 1]);
    }
    return builder.build().getConfigMapping(mapping);
  }

  /** With the properties that the service ships. */
  private static <T> T shipped(Class<T> mapping) {
    URL properties = ConfigDefaultsTest.class.getResource("/application.properties");
    try {
      return new SmallRyeConfigBuilder()
          .withMapping(mapping)
          .withSources(new PropertiesConfigSource(properties))
          .build()
          .getConfigMapping(mapping);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
