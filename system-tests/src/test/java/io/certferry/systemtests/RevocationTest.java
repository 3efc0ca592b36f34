package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.local.ServiceKind;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From what ends a certificate to the CA's own lists, read by OpenSSL: every trigger on every
 * platform. Not here: what the CA should not have issued ({@code MismatchQuarkusTest}), which the
 * built-in one never does.
 */
@Tag("faults")
class RevocationTest {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> PLATFORMS = List.of("windows", "ios", "macos", "android");

  private final Stack stack = Stack.shared();
  private final DeviceTopics topics = new DeviceTopics(stack.local);

  @TempDir Path directory;

  /** How a trigger reaches the system. */
  private enum Way {
    /** The MDM's event on Kafka. */
    LIFECYCLE,
    /** profile-service's event on Kafka. */
    ENROLMENT,
    /** profile-service's event on Kafka; the certificate ends when the next one is installed. */
    REPLACEMENT,
    DIRECTORY,
    BY_HAND,
    PLAN
  }

  /**
   * What ends a certificate.
   *
   * @param reason as OpenSSL names it; empty for unspecified, which a CRL leaves out
   * @param removed whether the device is asked to remove it
   */
  private record Trigger(String code, Way way, String reason, boolean removed) {}

  private static final String CERTIFICATES =
      "select count(*) from certificate join request using (request_id) where device_id like ?";
  private static final String USERS = "select count(*) from directory_user where subject like ?";

  private static final String CESSATION = "Cessation Of Operation";
  private static final String COMPROMISE = "Key Compromise";

  private static final List<Trigger> TRIGGERS =
      List.of(
          new Trigger("unenrolled", Way.LIFECYCLE, CESSATION, true),
          new Trigger("retired", Way.LIFECYCLE, CESSATION, true),
          new Trigger("wiped", Way.LIFECYCLE, CESSATION, false),
          new Trigger("lost", Way.LIFECYCLE, COMPROMISE, true),
          new Trigger("user-removed", Way.LIFECYCLE, CESSATION, true),
          new Trigger("profile-unassigned", Way.ENROLMENT, CESSATION, true),
          new Trigger("profile-deleted", Way.ENROLMENT, CESSATION, true),
          new Trigger("profile-edited", Way.REPLACEMENT, "Superseded", true),
          new Trigger("user-renamed", Way.REPLACEMENT, "Superseded", true),
          new Trigger("superseded", Way.REPLACEMENT, "Superseded", true),
          new Trigger("user-disabled", Way.DIRECTORY, "Affiliation Changed", true),
          new Trigger("user-deleted", Way.DIRECTORY, "Affiliation Changed", true),
          new Trigger("key-compromise", Way.BY_HAND, COMPROMISE, true),
          new Trigger("connector-compromise", Way.BY_HAND, COMPROMISE, true),
          new Trigger("manual", Way.BY_HAND, "", true),
          new Trigger("mass", Way.PLAN, "", true));

  /** A device with an installed certificate, and what is to end it. */
  private record Subject(
      Trigger trigger, ManagedDevice device, UUID requestId, BigInteger serial, Mdm.Offer offer) {}

  @Test
  void takesEveryCertificateBackAsTheTableSays() throws Exception {
    Assumptions.assumeTrue(OpenSsl.isThere(), "no openssl here");
    // Given
    List<Subject> subjects = installed("ends");
    PublishedLists lists = new PublishedLists(stack.local, directory);
    assertThat(lists.crl()).doesNotContainKeys(serials(subjects));
    assertThat(lists.ocsp(subjects.get(0).serial())).contains("good");

    // When
    for (Subject subject : subjects) {
      end(subject);
    }
    replace(subjects.stream().filter(s -> s.trigger().way() == Way.REPLACEMENT).toList());

    // Then
    for (Subject subject : subjects) {
      JsonNode revocation = awaitListed(subject);
      assertThat(revocation.path("trigger").asText()).isEqualTo(subject.trigger().code());
      assertThat(revocation.path("barrierAt").asText()).as("%s", subject).isNotEmpty();
      assertThat(revocation.path("evidence").path("kind").asText()).isEqualTo("crl");
    }
    Map<BigInteger, String> crl = lists.crl();
    Map<UUID, RemovalRequested> removals = removals();
    for (Subject subject : subjects) {
      assertThat(crl).as("%s", subject).containsEntry(subject.serial(), subject.trigger().reason());
      assertThat(lists.ocsp(subject.serial())).as("%s", subject).contains("revoked");
      assertThat(stack.mdm.status(subject.offer())).as("%s", subject).isEqualTo(410);
      assertRemovalIsAskedFor(subject, removals.get(subject.requestId()));
    }
  }

  private static void assertRemovalIsAskedFor(Subject subject, @Nullable RemovalRequested removal) {
    if (subject.trigger().removed()) {
      assertThat(removal).as("%s", subject).isNotNull();
      assertThat(removal.reason()).isEqualTo(subject.trigger().code());
      assertThat(removal.packageId()).hasToString(subject.offer().id());
    } else {
      assertThat(removal).as("%s", subject).isNull();
    }
  }

  @Test
  void givesAReenrolledDeviceANewGenerationAndNeverTheOldCertificateAgain() throws Exception {
    // Given
    ManagedDevice device = stack.fleet.device("returns-1");
    stack.mdm.checkIn(device);
    stack.awaitDelivered("returns", 1);
    Mdm.Offer first = stack.mdm.offers(device).get(0);
    topics.ended(device, lifecycle(device, "unenrolled"));
    awaitListed(device.id(), "unenrolled");

    // When
    stack.checkInUntilAccepted(device);
    stack.awaitDelivered("returns", 1);

    // Then
    assertThat(stack.mdm.offers(device)).extracting(Mdm.Offer::generation).containsExactly(2);
    assertThat(stack.mdm.status(first)).isEqualTo(410);
    assertThat(stack.invariants.liveCertificates("returns")).isEqualTo(1);
  }

  private List<Subject> installed(String prefix) {
    Map<ManagedDevice, Trigger> devices = new LinkedHashMap<>();
    for (Trigger trigger : TRIGGERS) {
      for (String platform : PLATFORMS) {
        ManagedDevice plain = stack.fleet.device(prefix + "-" + trigger.code() + "-" + platform);
        ManagedDevice device =
            new ManagedDevice(plain.device(), platform, "18.1", plain.userName());
        stack.directory.add(userOf(device));
        stack.mdm.checkIn(device);
        devices.put(device, trigger);
      }
    }
    stack.awaitDelivered(prefix, devices.size());
    awaitKnown(prefix, devices.size());
    return devices.entrySet().stream().map(e -> install(e.getValue(), e.getKey())).toList();
  }

  /** What revocation-service does not know cannot be ordered by hand and cannot vanish. */
  private void awaitKnown(String prefix, int count) {
    Awaitility.await("revocation-service to know the certificates and their users")
        .atMost(LIMIT)
        .until(() -> known(prefix, CERTIFICATES) >= count && known(prefix, USERS) >= count);
  }

  private long known(String prefix, String sql) {
    return stack.databases.count(ServiceKind.REVOCATION, sql, "%" + prefix + "-%");
  }

  private Subject install(Trigger trigger, ManagedDevice device) {
    Mdm.Offer offer = offer(device, 1);
    stack.mdm.fetch(offer);
    stack.mdm.acknowledge(offer);
    List<String> facts =
        stack.databases.column(
            ServiceKind.ISSUANCE,
            "select r.request_id || ' ' || c.serial from certificate c"
                + " join request r using (request_id) where r.device_id = ?",
            device.id());
    String[] requestAndSerial = facts.get(0).split(" ");
    return new Subject(
        trigger,
        device,
        UUID.fromString(requestAndSerial[0]),
        new BigInteger(requestAndSerial[1], 16),
        offer);
  }

  private Mdm.Offer offer(ManagedDevice device, int generation) {
    return Awaitility.await("generation " + generation + " for " + device.id())
        .atMost(LIMIT)
        .pollInterval(POLL)
        .until(
            () ->
                stack.mdm.offers(device).stream()
                    .filter(o -> o.profileId().equals(stack.profileId))
                    .filter(o -> o.generation() == generation)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void end(Subject subject) throws Exception {
    String code = subject.trigger().code();
    switch (subject.trigger().way()) {
      case LIFECYCLE -> topics.ended(subject.device(), lifecycle(subject.device(), code));
      case ENROLMENT, REPLACEMENT ->
          topics.ended(
              subject.device(),
              new EnrolmentEnded(subject.requestId(), key(subject), code, Instant.now()));
      case BY_HAND ->
          post(
              "/api/v1/revocations",
              JSON.objectNode()
                  .put("requestId", subject.requestId().toString())
                  .put("trigger", code),
              202);
      case DIRECTORY -> leaveTheOrganisation(subject);
      case PLAN -> plan(subject);
    }
  }

  private void leaveTheOrganisation(Subject subject) {
    String user = userOf(subject.device());
    if (subject.trigger().code().equals("user-disabled")) {
      stack.directory.disable(user);
    } else {
      stack.directory.delete(user);
    }
  }

  private static String userOf(ManagedDevice device) {
    return "user-of-" + device.id();
  }

  private static DeviceLifecycleChanged lifecycle(ManagedDevice device, String event) {
    String user = event.equals("user-removed") ? userOf(device) : null;
    return new DeviceLifecycleChanged(device.id(), event, user, Instant.now());
  }

  private NaturalKey key(Subject subject) {
    ManagedDevice device = subject.device();
    return new NaturalKey(
        "default",
        device.id(),
        userOf(device),
        UUID.fromString(stack.profileId),
        NaturalKey.NONE,
        1);
  }

  private void plan(Subject subject) {
    ObjectNode wanted = JSON.objectNode();
    wanted.putObject("query").put("deviceId", subject.device().id());
    JsonNode plan = post("/api/v1/revocations/plans", wanted, 201);
    post(
        "/api/v1/revocations/plans/" + plan.path("id").asText() + "/confirm",
        JSON.objectNode()
            .put("count", plan.path("count").asInt())
            .put("confirmation", plan.path("confirmation").asText()),
        200);
  }

  private JsonNode post(String path, JsonNode body, int status) {
    return stack.api.call("pki-admin", "POST", revocation(path), body, status).json();
  }

  /** Their users have other names, so that each device gets a newer generation. */
  private void replace(List<Subject> subjects) {
    for (Subject subject : subjects) {
      ManagedDevice device = subject.device();
      stack.mdm.checkIn(
          new ManagedDevice(
              device.device(), device.platform(), device.osVersion(), "new-" + device.userName()));
    }
    for (Subject subject : subjects) {
      stack.mdm.acknowledge(offer(subject.device(), 2));
    }
  }

  private JsonNode awaitListed(Subject subject) {
    return awaitListed(subject.device().id(), subject.trigger().code());
  }

  private JsonNode awaitListed(String deviceId, String trigger) {
    URI uri = revocation("/api/v1/revocations?deviceId=" + deviceId);
    return Awaitility.await("the revocation of " + deviceId + " (" + trigger + ") to be listed")
        .atMost(LIMIT)
        .pollInterval(POLL)
        .until(
            () -> stack.api.get("operator", uri).json().path("items").path(0),
            revocation -> revocation.path("state").asText().equals("listed"));
  }

  private Map<UUID, RemovalRequested> removals() {
    Map<UUID, RemovalRequested> removals = new HashMap<>();
    topics.removals().forEach(removal -> removals.put(removal.requestId(), removal));
    return removals;
  }

  private URI revocation(String path) {
    return stack.local.url(ServiceKind.REVOCATION).resolve(path);
  }

  private static BigInteger[] serials(List<Subject> subjects) {
    return subjects.stream().map(Subject::serial).toArray(BigInteger[]::new);
  }
}
