package io.certferry.gateway.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.gateway.driver.lying.LyingDriverProvider;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CaDirectoryTest {

  private static CaDirectory directory(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("certferry.ca.corp.driver", "lying");
    CaConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(CaConfig.class)
            .withSources(new PropertiesConfigSource(all, "test", 100))
            .build()
            .getConfigMapping(CaConfig.class);
    return new CaDirectory(
        List.of(new LyingDriverProvider(InstantSource.system())),
        config,
        new OwnHost(java.util.Set.of("pki.corp.example")));
  }

  @Test
  void refusesToStartOnTheHostThatIssues() {
    // Given
    CaDirectory url = directory(Map.of("certferry.ca.corp.url", "https://PKI.corp.example/est"));
    CaDirectory policy =
        directory(Map.of("certferry.ca.corp.adcs.policy-url", "https://pki.corp.example/CEP"));

    // Then
    assertThatThrownBy(() -> url.open(List.of("corp")))
        .hasMessageContaining("certferry.ca.corp.url names this very host");
    assertThatThrownBy(() -> policy.open(List.of("corp"))).hasMessageContaining("this very host");
  }

  @Test
  void opensCasOnOtherHosts() {
    // Given
    CaDirectory cas = directory(Map.of("certferry.ca.corp.url", "https://ca.corp.example"));

    // When
    cas.open(List.of("corp"));

    // Then
    assertThat(cas.find("corp")).isPresent();
    assertThat(cas.find("other")).isEmpty();
  }

  @Test
  void refusesADriverThatDoesNotExist() {
    // Given
    CaDirectory cas = directory(Map.of("certferry.ca.corp.driver", "lying"));

    // Then
    assertThatThrownBy(() -> cas.open(List.of("elsewhere")))
        .hasMessageContaining("certferry.ca.elsewhere.driver names no driver: builtin");
  }
}
