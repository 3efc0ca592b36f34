package io.certferry.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.profile.catalogue.CatalogueConfig;
import io.certferry.profile.checkin.CheckInConfig;
import io.certferry.profile.device.DeviceTrustConfig;
import io.certferry.profile.enrolment.EnrolmentConfig;
import io.certferry.profile.enrolment.GrantConfig;
import io.certferry.profile.measure.ConnectorsConfig;
import io.certferry.profile.renewal.RenewalConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pins every name and default: operators rely on them. */
class ConfigDefaultsTest {

  @Test
  void pinsCheckIns() {
    var defaults = config(CheckInConfig.class);
    assertThat(defaults.clockSkew()).isEqualTo(Duration.ofMinutes(5));
    assertThat(defaults.lastSeenGranularity()).isEqualTo(Duration.ofMinutes(1));
    assertThat(defaults.lastSeenFlushInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.lastSeenMostWaiting()).isEqualTo(100_000);
    assertThat(defaults.attempts()).isEqualTo(5);

    var set =
        config(
            CheckInConfig.class,
            "certferry.checkin.clock-skew",
            "PT1S",
            "certferry.checkin.last-seen-granularity",
            "PT2S",
            "certferry.checkin.last-seen-flush-interval",
            "PT3S",
            "certferry.checkin.last-seen-most-waiting",
            "4",
            "certferry.checkin.attempts",
            "6");
    assertThat(set.clockSkew()).isEqualTo(Duration.ofSeconds(1));
    assertThat(set.lastSeenGranularity()).isEqualTo(Duration.ofSeconds(2));
    assertThat(set.lastSeenFlushInterval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(set.lastSeenMostWaiting()).isEqualTo(4);
    assertThat(set.attempts()).isEqualTo(6);
  }

  @Test
  void pinsEnrolments() {
    var defaults = config(EnrolmentConfig.class);
    assertThat(defaults.resendAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.resendAtMost()).isEqualTo(Duration.ofMinutes(10));
    assertThat(defaults.offeredResendAfter()).isEqualTo(Duration.ofHours(6));
    assertThat(defaults.resendPollInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(defaults.resendBatchSize()).isEqualTo(200);

    var set =
        config(
            EnrolmentConfig.class,
            "certferry.enrolment.resend-after",
            "PT1S",
            "certferry.enrolment.resend-at-most",
            "PT2S",
            "certferry.enrolment.offered-resend-after",
            "PT3S",
            "certferry.enrolment.resend-poll-interval",
            "PT4S",
            "certferry.enrolment.resend-batch-size",
            "5");
    assertThat(set.resendAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(set.resendAtMost()).isEqualTo(Duration.ofSeconds(2));
    assertThat(set.offeredResendAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(set.resendPollInterval()).isEqualTo(Duration.ofSeconds(4));
    assertThat(set.resendBatchSize()).isEqualTo(5);
  }

  @Test
  void pinsRenewals() {
    var defaults = config(RenewalConfig.class);
    assertThat(defaults.enabled()).isTrue();
    assertThat(defaults.dormantAfter()).isEqualTo(Duration.ofDays(30));
    assertThat(defaults.pollInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.batchSize()).isEqualTo(100);
    assertThat(defaults.retryAfter()).isEqualTo(Duration.ofMinutes(5));
    assertThat(defaults.dormantRecheck()).isEqualTo(Duration.ofHours(1));
    assertThat(defaults.overdueAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(defaults.measureEvery()).isEqualTo(Duration.ofSeconds(30));

    var set =
        config(
            RenewalConfig.class,
            "certferry.renewal.enabled",
            "false",
            "certferry.renewal.dormant-after",
            "P1D",
            "certferry.renewal.batch-size",
            "7");
    assertThat(set.enabled()).isFalse();
    assertThat(set.dormantAfter()).isEqualTo(Duration.ofDays(1));
    assertThat(set.batchSize()).isEqualTo(7);
  }

  @Test
  void pinsGrantsTrustAndCatalogue() {
    var grants = config(GrantConfig.class, "certferry.grant.signing-key", "key.pem");
    assertThat(grants.signingKey()).isEqualTo("key.pem");
    assertThat(grants.validFor()).isEqualTo(Duration.ofHours(24));

    var trust =
        config(
            DeviceTrustConfig.class,
            "certferry.device-trust.anchors.default",
            "anchors.pem",
            "certferry.device-trust.binding.default",
            "san-uri");
    assertThat(trust.anchors()).containsEntry("default", "anchors.pem");
    assertThat(trust.binding()).containsEntry("default", "san-uri");
    assertThat(trust.cacheSize()).isEqualTo(10_000);
    assertThat(trust.cacheFor()).isEqualTo(Duration.ofMinutes(10));

    assertThat(config(CatalogueConfig.class).republishInterval()).isEqualTo(Duration.ofHours(1));
    var catalogue = config(CatalogueConfig.class, "certferry.catalogue.republish-interval", "PT1M");
    assertThat(catalogue.republishInterval()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void pinsConnectors() {
    assertThat(config(ConnectorsConfig.class).silentAfter()).isEqualTo(Duration.ofMinutes(1));
    var set = config(ConnectorsConfig.class, "certferry.connectors.silent-after", "PT5S");
    assertThat(set.silentAfter()).isEqualTo(Duration.ofSeconds(5));
  }

  private static <T> T config(Class<T> mapping, String... values) {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(mapping);
    for (int i = 0; i < values.length; i += 2) {
      builder.withDefaultValue(values[i], values[i + 1]);
    }
    return builder.build().getConfigMapping(mapping);
  }
}
