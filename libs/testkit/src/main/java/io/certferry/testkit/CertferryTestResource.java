package io.certferry.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Real Kafka and PostgreSQL for the tests of one service. Both run once per JVM; each application
 * gets a fresh database, the topics, key files and the configuration that a deployment would give.
 *
 * <p>Use: {@code @QuarkusTestResource(value = CertferryTestResource.class, initArgs
 * = @ResourceArg(name = "service", value = "issuance-service"))}. For a library without a database
 * of its own name any service.
 */
public class CertferryTestResource implements QuarkusTestResourceLifecycleManager {

  private String service = "profile-service";

  @Override
  public void init(Map<String, String> arguments) {
    service = arguments.getOrDefault("service", service);
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> properties =
        new LinkedHashMap<>(SharedServers.prepare(databaseName(service)).properties(service));
    properties.put("quarkus.devservices.enabled", "false");
    properties.put("quarkus.http.test-port", "0");
    properties.put("quarkus.http.host", "127.0.0.1");
    properties.put("certferry.internal.port", "0");
    return properties;
  }

  /** The servers stay for the next application of this JVM and end with it. */
  @Override
  public void stop() {}

  static String databaseName(String service) {
    return switch (service) {
      case "profile-service" -> "profile";
      case "issuance-service" -> "issuance";
      case "connector-gateway" -> "gateway";
      case "revocation-service" -> "revocation";
      case "pfx-import-service" -> "pfximport";
      default -> throw new IllegalArgumentException("no such service: " + service);
    };
  }
}
