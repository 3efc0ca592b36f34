package io.certferry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class CertferryTestResourceTest {

  @Test
  void givesEachApplicationAFreshDatabaseOnSharedServers() throws Exception {
    // When
    Map<String, String> gateway = start("connector-gateway");
    Map<String, String> issuance = start("issuance-service");
    Map<String, String> again = start("connector-gateway");

    // Then
    String url = "quarkus.datasource.jdbc.url";
    assertThat(gateway.get("kafka.bootstrap.servers"))
        .isEqualTo(issuance.get("kafka.bootstrap.servers"));
    assertThat(gateway.get(url)).isNotEqualTo(again.get(url));
    assertConnects(gateway, "quarkus.datasource.");
    assertConnects(gateway, "quarkus.datasource.builtin.");
    assertConnects(issuance, "quarkus.datasource.");
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", gateway.get("kafka.bootstrap.servers")))) {
      assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
          .contains(Topics.caCommands("builtin"));
    }
    assertThat(Files.readString(Path.of(issuance.get("certferry.command.signing-key"))))
        .contains("PRIVATE KEY");
    assertThat(gateway).doesNotContainKeys("certferry.command.signing-key");
    assertThat(Tokens.token("mdm", "default")).startsWith("eyJ");
    assertThat(Devices.ofTenant("other").ec("dev-1").certificate()).isNotNull();
  }

  private static Map<String, String> start(String service) {
    CertferryTestResource resource = new CertferryTestResource();
    resource.init(Map.of("service", service));
    return resource.start();
  }

  private static void assertConnects(Map<String, String> config, String prefix) throws Exception {
    try (var connection =
        DriverManager.getConnection(
            config.get(prefix + "jdbc.url"),
            config.get(prefix + "username"),
            config.get(prefix + "password"))) {
      assertThat(connection.isValid(1)).isTrue();
    }
  }
}
