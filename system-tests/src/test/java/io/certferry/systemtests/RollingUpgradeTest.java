package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.local.Api;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Every service twice, once as the version that the last change of a schema replaced: both work on
 * the new schema, in the same consumer groups and for the same CA.
 */
@Tag("operations")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class RollingUpgradeTest {

  private static final int PORT_OFFSET = 8500;
  private static final int DEVICES = 24;
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);

  /** As k8s/base/common/workload.yaml has it: pods never migrate. */
  private static final String[] POD = {
    "-Dquarkus.flyway.migrate-at-start=false",
    "-Dquarkus.flyway.validate-at-start=true",
    "-Dquarkus.flyway.ignore-migration-patterns=*:future"
  };

  private final List<ServiceInstance> replaced = new ArrayList<>();
  private LocalStack stack;
  private Databases databases;
  private Mdm mdm;
  private Fleet fleet;
  private Api api;

  @BeforeAll
  void bothVersionsRun() {
    Path previous = Path.of(System.getProperty("certferry.previous", ""));
    assumeTrue(
        Files.exists(previous.resolve("commit")),
        "no previous version: system-tests/run operations");
    StackOptions options =
        StackOptions.defaults().elsewhere(Path.of("target/rolling"), PORT_OFFSET);
    for (ServiceKind kind : ServiceKind.values()) {
      options = options.withInstances(kind, 2);
    }
    options =
        options.withProperties(
            ServiceKind.ISSUANCE,
            Map.of("certferry.request.resend-after", "PT4S", "certferry.request.lease", "PT5S"));
    stack = LocalStack.start(options, text -> System.out.println("stack: " + text));
    databases = new Databases(stack);
    mdm = new Mdm(stack, "default");
    fleet = Fleet.of(stack);
    api = new Api(role -> stack.token(role, "default"));
    for (ServiceKind kind : ServiceKind.values()) {
      ServiceInstance instance = stack.service(kind, 2);
      instance.stop(STOP_GRACE);
      replaced.add(instance.asPackagedIn(previous));
    }
    replaced.forEach(service -> service.launch(POD));
    replaced.forEach(ServiceInstance::awaitReady);
    mdm.assignedProfile(Mdm.userProfile("rolling", "EC", 256));
  }

  @AfterAll
  void stop() {
    replaced.forEach(service -> service.stop(STOP_GRACE));
    if (stack != null) {
      stack.close();
    }
  }

  @Test
  void a_connectorsOfTwoVersionsAreBothActiveForOneCa() {
    Map<String, String> versions = new TreeMap<>();
    Awaitility.await("both connectors report")
        .atMost(LIMIT)
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              versions.clear();
              for (JsonNode connector : connectors()) {
                assertThat(connector.path("state").asText()).isEqualTo("active");
                versions.put(connector.path("id").asText(), connector.path("version").asText());
              }
              assertThat(versions)
                  .containsEntry("connector-1", "0.1.0-SNAPSHOT")
                  .containsEntry("connector-2", "0.0.9");
            });
  }

  @Test
  void b_bothVersionsShareTheWork() {
    // When
    delivered("both");

    // Then
    assertThat(
            databases.column(
                ServiceKind.GATEWAY,
                "select distinct split_part(lease_owner, '/', 1) from attempt where outcome ="
                    + " 'issued' order by 1"))
        .containsExactly("connector-1", "connector-2");
  }

  @Test
  void c_theOldVersionDoesAllOfItAlone() {
    // Given
    List<ServiceInstance> fresh = fresh();
    fresh.forEach(service -> service.stop(STOP_GRACE));

    // When
    replaced.stream()
        .filter(service -> service.kind() == ServiceKind.PROFILE)
        .forEach(profile -> checkIn(profile, "old"));

    // Then
    awaitPackages("old");
    fresh.forEach(service -> service.launch(POD));
    fresh.forEach(ServiceInstance::awaitReady);
  }

  @Test
  void d_theNewVersionTakesOverAndNothingLivesTwice() {
    // Given
    replaced.forEach(service -> service.stop(STOP_GRACE));

    // When
    delivered("new");

    // Then
    Invariants invariants = new Invariants(databases);
    assertThat(invariants.liveTwice()).isEmpty();
    assertThat(invariants.unknownToUs()).isEmpty();
    assertThat(invariants.certificatesWithoutCommittedKey()).isEmpty();
    assertThat(databases.count(ServiceKind.GATEWAY, "select count(*) from certificate"))
        .isEqualTo(3 * DEVICES);
  }

  private List<ServiceInstance> fresh() {
    return stack.services().stream()
        .filter(service -> service == stack.service(service.kind(), 1))
        .toList();
  }

  private void delivered(String prefix) {
    fleet.devices(prefix, DEVICES).forEach(mdm::checkIn);
    awaitPackages(prefix);
  }

  private void checkIn(ServiceInstance profile, String prefix) {
    for (ManagedDevice device : fleet.devices(prefix, DEVICES)) {
      api.call("mdm", "POST", profile.url().resolve("/api/v1/checkins"), device.checkIn(), 202);
    }
  }

  private void awaitPackages(String prefix) {
    Invariants invariants = new Invariants(databases);
    Awaitility.await("packages for " + prefix)
        .atMost(LIMIT)
        .pollInterval(250, TimeUnit.MILLISECONDS)
        .until(() -> invariants.deliveredPackages(prefix) >= DEVICES);
  }

  private JsonNode connectors() {
    return api.get("operator", stack.url(ServiceKind.GATEWAY).resolve("/api/v1/connectors"))
        .json()
        .path("items");
  }
}
