package io.certferry.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTopicsTest {

  private static final Map<String, String> PACKAGED = Map.of(CommandTopics.CAS, "builtin");

  @TempDir private Path directory;

  private static SmallRyeConfig config(Map<String, String> more) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredSources()
        .addDefaultInterceptors()
        .addDiscoveredInterceptors()
        .withSources(new PropertiesConfigSource(PACKAGED, "packaged", 250))
        .withSources(new PropertiesConfigSource(more, "started with", 300))
        .build();
  }

  @Test
  void subscribesToThePackagedCa() {
    assertThat(config(Map.of()).getRawValue(CommandTopics.TOPICS))
        .isEqualTo("certferry.ca.builtin.commands.v1");
  }

  /** As Kubernetes and the local stack configure a connector. */
  @Test
  void subscribesToTheCasThatAConfigurationFileNames() throws IOException {
    // Given
    Path file =
        Files.writeString(
            directory.resolve("service.properties"), "certferry.connector.cas=corp, cfssl\n");

    // When
    SmallRyeConfig config = config(Map.of("smallrye.config.locations", file.toString()));

    // Then
    assertThat(config.getRawValue(CommandTopics.TOPICS))
        .isEqualTo("certferry.ca.corp.commands.v1,certferry.ca.cfssl.commands.v1");
    assertThat(config.getRawValue(CommandTopics.DEAD))
        .isEqualTo("connector-gateway.certferry.ca.corp.commands.v1.dlq");
    assertThat(config.getPropertyNames()).contains(CommandTopics.TOPICS, CommandTopics.DEAD);
  }
}
