package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.local.Api;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import io.certferry.testkit.postgres.PostgresServer;
import io.certferry.testkit.process.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All databases return to a backup while the CA does not: nothing is issued before its list was
 * compared, and what it issued in the lost time is adopted or revoked. PostgreSQL is Debian's,
 * since the embedded one brings no pg_dump.
 */
@Tag("operations")
class RestoreTest {

  private static final int PORT_OFFSET = 8800;
  private static final int BEFORE = 8;
  private static final int LOST = 8;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private LocalStack stack;
  private Databases databases;
  private Invariants invariants;
  private Mdm mdm;
  private Fleet fleet;
  private Api api;
  private Path programs;

  @BeforeEach
  void start() throws IOException {
    programs = programs();
    System.setProperty(PostgresServer.PROGRAMS, programs.toString());
    stack =
        LocalStack.start(
            StackOptions.defaults()
                .elsewhere(Path.of("target/restore"), PORT_OFFSET)
                .withProperties(
                    ServiceKind.PROFILE, Map.of("certferry.enrolment.resend-after", "PT4S"))
                .withProperties(
                    ServiceKind.ISSUANCE,
                    Map.of(
                        "certferry.request.resend-after", "PT4S",
                        "certferry.request.lease", "PT5S"))
                .withProperties(
                    ServiceKind.GATEWAY,
                    Map.of(
                        "certferry.auditor.poll-interval", "PT0.5S",
                        "certferry.auditor.interval", "PT0S")),
            text -> System.out.println("stack: " + text));
    databases = new Databases(stack);
    invariants = new Invariants(databases);
    mdm = new Mdm(stack, "default");
    fleet = Fleet.of(stack);
    api = new Api(role -> stack.token(role, "default"));
  }

  @AfterEach
  void stop() {
    System.clearProperty(PostgresServer.PROGRAMS);
    if (stack != null) {
      stack.close();
    }
  }

  private static Path programs() throws IOException {
    assumeTrue(Files.isDirectory(DEBIAN), "no PostgreSQL of Debian: deploy/local/prerequisites");
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .filter(version -> Files.isExecutable(version.resolve("bin/pg_dump")))
          .filter(version -> Files.isExecutable(version.resolve("bin/postgres")))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  @Test
  void issuanceIsHeldUntilTheCaWasComparedAndNothingLivesTwice() throws Exception {
    // Given
    mdm.assignedProfile(Mdm.userProfile("restore", "EC", 256));
    List<ManagedDevice> before = fleet.devices("before", BEFORE);
    delivered(before);
    ManagedDevice underWay = keyedButNotSubmitted();
    Path backup = Path.of("target/restore-backup").toAbsolutePath();
    Directories.delete(backup);
    run("deploy/postgres/backup", backup);
    Set<String> known = certificates("ISSUED");
    stack.service(ServiceKind.GATEWAY, 1).start();
    await("the request under way", () -> !mdm.offers(underWay).isEmpty());
    List<ManagedDevice> lost = fleet.devices("lost", LOST);
    delivered(lost);
    Set<String> sinceBackup = certificates("ISSUED");
    sinceBackup.removeAll(known);
    assertThat(sinceBackup).hasSize(LOST + 1);

    // When
    stack.services().forEach(service -> service.stop(STOP_GRACE));
    run("deploy/postgres/restore", backup);
    stack.kafka().kill();
    stack.kafka().wipe();
    stack.kafka().start();
    stack.declareTopics();
    start("-Dcertferry.auditor.revoke-after-restore=false");
    ManagedDevice fresh = fleet.device("fresh");
    mdm.checkIn(fresh);
    await("the list was compared", () -> why().contains("differences"));
    await("the command waits", () -> waiting(fresh) == 1);
    await("its request adopted what was under way", () -> !mdm.offers(underWay).isEmpty());

    // Then
    assertThat(restore().path("issuance").asText()).isEqualTo("held");
    assertThat(certificates("ISSUED")).hasSize(BEFORE + LOST + 1);
    assertThat(mdm.offers(fresh)).isEmpty();
    before.forEach(device -> Mdm.open(mdm.fetch(mdm.offers(device).get(0)), device));

    // When
    ServiceInstance connector = stack.service(ServiceKind.GATEWAY, 1);
    connector.stop(STOP_GRACE);
    connector.start();

    // Then
    await("issuance goes on", () -> restore().path("issuance").asText().equals("open"));
    await("the package that waited", () -> !mdm.offers(fresh).isEmpty());
    Set<String> live = certificates("ISSUED");
    sinceBackup.retainAll(live);
    assertThat(sinceBackup).as("adopted").hasSize(1);
    assertThat(certificates("REVOKED")).hasSize(LOST);
    assertThat(live).hasSize(BEFORE + 2);

    // When
    delivered(lost);

    // Then
    assertThat(invariants.liveTwice()).isEmpty();
    assertThat(invariants.liveCertificates("lost")).isEqualTo(LOST);
    assertThat(certificates("ISSUED")).hasSize(BEFORE + LOST + 2);
    assertThat(invariants.certificatesWithoutCommittedKey()).isEmpty();
  }

  /** At the backup its key exists and no connector has heard of it. */
  private ManagedDevice keyedButNotSubmitted() {
    stack.service(ServiceKind.GATEWAY, 1).stop(STOP_GRACE);
    ManagedDevice device = fleet.device("underway");
    mdm.checkIn(device);
    await(
        "its key",
        () ->
            databases.count(
                    ServiceKind.ISSUANCE,
                    "select count(*) from request r join request_key k using (request_id) where"
                        + " r.device_id = ?",
                    device.id())
                == 1);
    return device;
  }

  private void delivered(List<ManagedDevice> devices) {
    devices.forEach(mdm::checkIn);
    for (ManagedDevice device : devices) {
      await("a package for " + device.id(), () -> !mdm.offers(device).isEmpty());
    }
  }

  private void start(String connectorArgument) {
    for (ServiceInstance service : stack.services()) {
      if (service.kind() == ServiceKind.GATEWAY) {
        service.launch(connectorArgument);
      } else {
        service.launch();
      }
    }
    stack.services().forEach(ServiceInstance::awaitReady);
  }

  private JsonNode restore() {
    return api.get(
            "operator", stack.url(ServiceKind.GATEWAY).resolve("/api/v1/cas/builtin/restores"))
        .json()
        .path("items")
        .path(0);
  }

  private String why() {
    return restore().path("why").asText();
  }

  private long waiting(ManagedDevice device) {
    return databases.count(
        ServiceKind.GATEWAY,
        "select count(*) from ca_command where kind = 'SUBMIT' and action = 'SUBMIT' and state ="
            + " 'READY' and convert_from(payload, 'UTF8') like ?",
        "%" + device.id() + "%");
  }

  /** Public keys of the CA's own ledger. */
  private Set<String> certificates(String status) {
    return new HashSet<>(
        databases.column(
            ServiceKind.GATEWAY,
            "select spki_sha256 from builtin_ca.request where status = ?",
            status));
  }

  private void run(String script, Path directory) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            StackOptions.defaults().root().resolve(script).toString(), directory.toString());
    Map<String, String> environment = builder.environment();
    environment.put("PATH", programs.resolve("bin") + ":" + environment.get("PATH"));
    environment.put("PGHOST", "127.0.0.1");
    environment.put("PGPORT", Integer.toString(stack.postgres().port()));
    environment.put("PGUSER", "postgres");
    environment.put("PGPASSWORD", stack.postgres().administratorPassword());
    Process process = builder.inheritIO().start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(script).isZero();
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(LIMIT).pollInterval(200, TimeUnit.MILLISECONDS).until(condition);
  }
}
