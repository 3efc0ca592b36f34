package io.certferry.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.attempt.AttemptConfig;
import io.certferry.gateway.auditor.AuditorConfig;
import io.certferry.gateway.ca.CaConfig;
import io.certferry.gateway.driver.builtin.BuiltinConfig;
import io.certferry.gateway.identity.IdentityConfig;
import io.certferry.gateway.policy.CommandKeysConfig;
import io.certferry.gateway.policy.GrantKeysConfig;
import io.certferry.gateway.policy.PolicyConfig;
import io.certferry.gateway.registrar.RegistrarConfig;
import io.certferry.gateway.registry.ConnectorConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Names and defaults are a promise to operators. */
class ConfigDefaultsTest {

  private static <T> T config(Class<T> type, Map<String, String> properties) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(type)
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .build();
    return config.getConfigMapping(type);
  }

  @Test
  void pinsAttempts() {
    AttemptConfig config = config(AttemptConfig.class, Map.of());

    assertThat(config.enabled()).isTrue();
    assertThat(config.pollInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.sweepInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.outcomeGroup()).isEqualTo(128);
    assertThat(config.retryFirst()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.retryLongest()).isEqualTo(Duration.ofMinutes(30));
    assertThat(config.pendingFirst()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.pendingLongest()).isEqualTo(Duration.ofHours(1));
    assertThat(config.reconcileFirst()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.reconcileLongest()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.wrongAnswers()).isEqualTo(3);
    assertThat(
            config(AttemptConfig.class, Map.of("certferry.attempt.retry-first", "PT9S"))
                .retryFirst())
        .isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void pinsTheAuditor() {
    AuditorConfig config = config(AuditorConfig.class, Map.of());

    assertThat(config.interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.window()).isEqualTo(Duration.ofHours(1));
    assertThat(config.grace()).isEqualTo(Duration.ofMinutes(3));
    assertThat(config.pollInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.revokeAfterRestore()).isTrue();
    assertThat(config.ca()).isEmpty();
  }

  @Test
  void pinsTheRegistrarAndIdentities() {
    RegistrarConfig registrar = config(RegistrarConfig.class, Map.of());
    IdentityConfig identity = config(IdentityConfig.class, Map.of());

    assertThat(registrar.directory()).isEqualTo(Optional.empty());
    assertThat(registrar.host()).isEqualTo("127.0.0.1");
    assertThat(registrar.port()).isEqualTo(8446);
    assertThat(registrar.names()).containsExactly("localhost", "127.0.0.1");
    assertThat(registrar.tokenLife()).isEqualTo(Duration.ofMinutes(15));
    assertThat(registrar.identityLife()).isEqualTo(Duration.ofDays(30));
    assertThat(identity.registrar()).isEqualTo(Optional.empty());
    assertThat(identity.directory()).isEqualTo(Optional.empty());
    assertThat(identity.timeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void pinsCas() {
    CaConfig.Ca any =
        Objects.requireNonNull(config(CaConfig.class, Map.of()).cas().get("whatever"));

    assertThat(any.driver()).isEqualTo("builtin");
    assertThat(any.maxConcurrency()).isEqualTo(8);
    assertThat(any.callTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(any.lease()).isEqualTo(Duration.ofSeconds(60));
    assertThat(any.breakAfter()).isEqualTo(5);
    assertThat(any.probeInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(any.directory().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(any.directory().deniedGroups()).contains("*-512", "S-1-5-32-544").hasSize(14);
    assertThat(any.revocation().endpoint()).isEqualTo("Certferry");
    CaConfig.Ca corp =
        Objects.requireNonNull(
            config(CaConfig.class, Map.of("certferry.ca.corp.driver", "adcs")).cas().get("corp"));
    assertThat(corp.driver()).isEqualTo("adcs");
  }

  @Test
  void pinsTheConnector() {
    ConnectorConfig config = config(ConnectorConfig.class, Map.of());

    assertThat(config.id()).isEqualTo("connector-1");
    assertThat(config.tenants()).containsExactly("default");
    assertThat(config.cas()).containsExactly("builtin");
    assertThat(config.roles()).containsExactly("issue", "revoke");
    assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.inactiveAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.mostPerTenant()).isEqualTo(100);
    assertThat(config.probeEvery()).isEqualTo(Duration.ofHours(1));
    assertThat(
            config(ConnectorConfig.class, Map.of("certferry.connector.tenants", "a,b")).tenants())
        .isEqualTo(List.of("a", "b"));
  }

  @Test
  void pinsTheBuiltInCa() {
    BuiltinConfig config = config(BuiltinConfig.class, Map.of());

    assertThat(config.directory()).isEqualTo(Optional.empty());
    assertThat(config.publicUrl()).isEqualTo("http://127.0.0.1:8083");
    assertThat(config.keySpec()).isEqualTo("EC-256");
    assertThat(config.rootName()).isEqualTo("Certferry Root CA");
    assertThat(config.issuingName()).isEqualTo("Certferry Issuing CA");
    assertThat(config.rootValidity()).isEqualTo(Duration.ofDays(7300));
    assertThat(config.issuingValidity()).isEqualTo(Duration.ofDays(3650));
    assertThat(config.managerApproval()).isEqualTo(Optional.empty());
    assertThat(config.crlValidity()).isEqualTo(Duration.ofDays(7));
    assertThat(config.crlInterval()).isEqualTo(Duration.ofDays(1));
    assertThat(config.crlPause()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.ocspValidity()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void pinsPoliciesAndKeys() {
    PolicyConfig policy =
        config(PolicyConfig.class, Map.of("certferry.policy.file.corp", "corp.yaml"));

    assertThat(policy.file()).isEqualTo(Map.of("corp", Path.of("corp.yaml")));
    assertThat(policy.reloadEvery()).isEqualTo(Duration.ofSeconds(5));
    assertThat(
            config(GrantKeysConfig.class, Map.of("certferry.grant.verification-keys", "grants.pem"))
                .verificationKeys())
        .isEqualTo(Path.of("grants.pem"));
    assertThat(
            config(
                    CommandKeysConfig.class,
                    Map.of("certferry.command.verification-keys", "commands.pem"))
                .verificationKeys())
        .isEqualTo(Path.of("commands.pem"));
  }
}
