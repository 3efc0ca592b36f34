package io.certferry.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.messaging.EventIds;
import io.certferry.revocation.policy.Decision;
import io.certferry.revocation.policy.ProfileKind;
import io.certferry.revocation.policy.ProfileRules;
import io.certferry.revocation.policy.RevocationTable;
import io.certferry.revocation.policy.Timing;
import io.certferry.revocation.policy.Trigger;
import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.Lists;
import io.certferry.revocation.testing.TestCa;
import io.certferry.revocation.testing.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Every trigger that comes over Kafka, on every platform, from the event to the CRL. */
@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
class TriggerMatrixQuarkusTest {

  private static final List<String> PLATFORMS =
      List.of("windows", "ios", "macos", "android", "linux");

  private static final Set<Trigger> OF_THE_DEVICE =
      EnumSet.of(
          Trigger.UNENROLLED, Trigger.RETIRED, Trigger.WIPED, Trigger.LOST, Trigger.USER_REMOVED);

  private static final Set<Trigger> OF_THE_PROFILE =
      EnumSet.of(
          Trigger.PROFILE_UNASSIGNED,
          Trigger.PROFILE_DELETED,
          Trigger.PROFILE_EDITED,
          Trigger.USER_RENAMED,
          Trigger.SUPERSEDED);

  /** A certificate and what is to become of it. */
  private record Subject(
      Trigger trigger,
      String platform,
      NaturalKey key,
      UUID request,
      CertificateFacts certificate) {}

  @Test
  void doesWhatTheTableSaysForEveryTriggerOnEveryPlatform() {
    try (Wire wire =
        new Wire(
            ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
            "builtin")) {
      // Given
      List<Subject> subjects = new ArrayList<>();
      for (Trigger trigger : union()) {
        PLATFORMS.forEach(platform -> subjects.add(install(wire, trigger, platform)));
      }

      // When
      subjects.forEach(subject -> end(wire, subject));

      // Then
      Map<UUID, Subject> ordered = new HashMap<>();
      for (Subject subject : subjects) {
        RevocationOrdered order =
            wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(subject.key()));
        assertIsAsTheTableSays(subject, order);
        ordered.put(order.revocationId(), subject);
      }
      subjects.forEach(subject -> accept(wire, subject));
      Lists.publish(subjects.stream().map(subject -> subject.certificate().serial()).toList());
      ordered.forEach(
          (id, subject) ->
              wire.await(
                  RevocationProgressed.class,
                  p -> p.revocationId().equals(id) && p.state().equals("listed")));
    }
  }

  private static Set<Trigger> union() {
    Set<Trigger> all = EnumSet.copyOf(OF_THE_DEVICE);
    all.addAll(OF_THE_PROFILE);
    return all;
  }

  private static Subject install(Wire wire, Trigger trigger, String platform) {
    NaturalKey key = Wire.key("m-" + trigger.code() + "-" + platform + "-" + UUID.randomUUID(), 1);
    CertificateFacts certificate = TestCa.certificate("builtin");
    UUID request = EventIds.next();
    report(wire, request, key, certificate, platform);
    return new Subject(trigger, platform, key, request, certificate);
  }

  private static void report(
      Wire wire, UUID request, NaturalKey key, CertificateFacts certificate, String platform) {
    wire.progressed(
        new RequestProgressed(
            request,
            key,
            RequestState.INSTALLED,
            6,
            null,
            null,
            certificate,
            Instant.now(),
            platform));
  }

  private static void end(Wire wire, Subject subject) {
    String device = subject.key().deviceId();
    if (OF_THE_DEVICE.contains(subject.trigger())) {
      wire.lifecycle(device, subject.trigger().code());
      return;
    }
    wire.send(
        Topics.DEVICE_LIFECYCLE,
        Keys.device("default", device),
        new EnrolmentEnded(
            subject.request(), subject.key(), subject.trigger().code(), Instant.now()));
    if (decision(subject).timing() == Timing.ONCE_REPLACED) {
      NaturalKey next = Wire.key(device, subject.key().subject(), subject.key().profileId(), 2);
      report(wire, EventIds.next(), next, TestCa.certificate("builtin"), subject.platform());
    }
  }

  private static void assertIsAsTheTableSays(Subject subject, RevocationOrdered order) {
    Decision decision = decision(subject);
    assertThat(order.action()).as("%s", subject).isEqualTo(decision.action().code());
    assertThat(order.reason()).as("%s", subject).isEqualTo(decision.reason().code());
    assertThat(order.removeFromDevice()).as("%s", subject).isEqualTo(decision.removeFromDevice());
    assertThat(order.priority()).as("%s", subject).isEqualTo(decision.priority().code());
    assertThat(order.serial()).as("%s", subject).isEqualTo(subject.certificate().serial());
  }

  private static Decision decision(Subject subject) {
    return RevocationTable.decide(
        subject.trigger(), subject.platform(), ProfileKind.PKCS, ProfileRules.NONE);
  }

  private static void accept(Wire wire, Subject subject) {
    RevokeCertificate command =
        wire.await(RevokeCertificate.class, c -> c.requestId().equals(subject.request()));
    wire.result(
        new CertificateRevoked(
            command.requestId(),
            "builtin",
            command.revocationId(),
            command.issuer(),
            command.serial(),
            Instant.now(),
            false));
  }
}
