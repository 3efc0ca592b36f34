package io.certferry.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.EnrolmentEnded;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.ProfileChanged;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.messaging.EventIds;
import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.Lists;
import io.certferry.revocation.testing.TestCa;
import io.certferry.revocation.testing.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
class RevocationFlowQuarkusTest {

  @Inject Pool pool;

  private Wire wire;
  private String device;

  @BeforeEach
  void open() {
    wire =
        new Wire(
            ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class),
            "builtin");
    device = "dev-" + UUID.randomUUID();
  }

  @AfterEach
  void close() {
    wire.close();
  }

  @Test
  void drivesAnUnenrolmentUntilTheCaListsTheCertificate() {
    // Given
    NaturalKey key = Wire.key(device, 1);
    CertificateFacts certificate = TestCa.certificate("builtin");
    UUID request = wire.installed(key, certificate);

    // When
    wire.lifecycle(device, "unenrolled");

    // Then
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key));
    assertThat(ordered.trigger()).isEqualTo("unenrolled");
    assertThat(ordered.reason()).isEqualTo("cessationOfOperation");
    assertThat(ordered.action()).isEqualTo("revoke");
    assertThat(ordered.serial()).isEqualTo(certificate.serial());

    RevokeCertificate command =
        wire.await(RevokeCertificate.class, c -> c.requestId().equals(request));
    assertThat(command.revocationId()).isEqualTo(ordered.revocationId());
    assertThat(command.issuer()).isEqualTo(TestCa.ISSUER);

    // When the barrier is reported and the CA takes it, but does not list it yet
    wire.progressed(request, key, RequestState.REVOKING, 7, certificate);
    accept(command);
    RevocationProgressed accepted = awaitState(ordered.revocationId(), "accepted");
    assertThat(accepted.barrierAt()).isNotNull();
    assertThat(accepted.listedAt()).isNull();

    // Then it is done only when the CRL shows it
    Lists.publish(List.of(certificate.serial()));
    RevocationProgressed listed = awaitState(ordered.revocationId(), "listed");
    assertThat(listed.evidence()).isNotNull();
    assertThat(listed.evidence().kind()).isEqualTo("crl");
    assertThat(listed.evidence().reason()).isEqualTo("cessationOfOperation");
  }

  @Test
  void revokesACertificateThatArrivesAfterTheBarrier() {
    // Given
    NaturalKey key = Wire.key(device, 1);
    UUID request = EventIds.next();
    wire.progressed(request, key, RequestState.SUBMITTING, 3, null);
    wire.lifecycle(device, "wiped");
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key));
    assertThat(ordered.serial()).isNull();
    wire.progressed(request, key, RequestState.REVOKING, 4, null);
    awaitState(ordered.revocationId(), "barred");

    // When
    CertificateFacts late = TestCa.certificate("builtin");
    wire.progressed(request, key, RequestState.REVOKING, 5, late);

    // Then
    RevokeCertificate command =
        wire.await(RevokeCertificate.class, c -> c.requestId().equals(request));
    assertThat(command.revocationId()).isEqualTo(ordered.revocationId());
    assertThat(command.serial()).isEqualTo(late.serial());
  }

  @Test
  void endsARequestThatIsHeardOfOnlyAfterItsDeviceLeft() {
    // Given
    UUID request = EventIds.next();
    NaturalKey key = Wire.key(device, 1);
    wire.lifecycle(device, "retired");
    Wire sentinel = wire;
    NaturalKey other = Wire.key(device + "-b", 1);
    sentinel.installed(other, TestCa.certificate("builtin"));
    sentinel.lifecycle(device + "-b", "retired");
    wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(other));

    // When
    wire.progressed(request, key, RequestState.ISSUED, 4, TestCa.certificate("builtin"));

    // Then
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key));
    assertThat(ordered.trigger()).isEqualTo("retired");
  }

  @Test
  void leavesACertificateOfALaterEnrolmentAlone() {
    // Given a device that left an hour ago
    wire.send(
        Topics.DEVICE_LIFECYCLE,
        Keys.device("default", device),
        new io.certferry.contracts.event.DeviceLifecycleChanged(
            device, "unenrolled", null, Instant.now().minusSeconds(3_600)));
    NaturalKey again = Wire.key(device, 2);
    wire.installed(again, TestCa.certificate("builtin"));

    // When another device leaves, whose order shows that all before it was read
    NaturalKey sentinel = Wire.key(device + "-s", 1);
    wire.installed(sentinel, TestCa.certificate("builtin"));
    wire.lifecycle(device + "-s", "unenrolled");
    wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(sentinel));

    // Then
    assertThat(wire.all(RevocationOrdered.class, o -> o.naturalKey().equals(again))).isEmpty();
  }

  @Test
  void revokesTheOldGenerationOnceTheNewOneIsInstalled() {
    // Given
    NaturalKey first = Wire.key(device, 1);
    CertificateFacts old = TestCa.certificate("builtin");
    wire.installed(first, old);
    NaturalKey second = Wire.key(device, "u1", first.profileId(), 2);
    UUID renewal = EventIds.next();
    wire.progressed(renewal, second, RequestState.OFFERED, 5, TestCa.certificate("builtin"));

    // When
    wire.progressed(renewal, second, RequestState.INSTALLED, 6, TestCa.certificate("builtin"));

    // Then
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(first));
    assertThat(ordered.trigger()).isEqualTo("superseded");
    assertThat(ordered.reason()).isEqualTo("superseded");
    assertThat(ordered.priority()).isEqualTo("superseded");
    assertThat(wire.all(RevocationOrdered.class, o -> o.naturalKey().equals(second))).isEmpty();
  }

  @Test
  void keepsTheOldGenerationWhereItsProfileSaysSo() throws Exception {
    // Given
    NaturalKey first = Wire.key(device, 1);
    wire.send(
        Topics.PROFILES,
        Keys.of("default", first.profileId()),
        new ProfileChanged(
            first.profileId(),
            1,
            "pkcs",
            "active",
            ContractJson.mapper()
                .readTree("{\"revocation\":{\"superseded\":{\"action\":\"keep\"}}}")));
    Awaitility.await()
        .until(
            () ->
                pool.preparedQuery("select 1 from profile where profile_id = $1")
                        .executeAndAwait(Tuple.of(first.profileId()))
                        .size()
                    == 1);
    wire.installed(first, TestCa.certificate("builtin"));

    // When the profile is deleted, which shows that its rules were read
    NaturalKey second = Wire.key(device, "u1", first.profileId(), 2);
    wire.installed(second, TestCa.certificate("builtin"));
    wire.send(
        Topics.PROFILES,
        Keys.of("default", first.profileId()),
        new ProfileChanged(
            first.profileId(),
            2,
            "pkcs",
            "deleted",
            ContractJson.mapper()
                .readTree("{\"revocation\":{\"superseded\":{\"action\":\"keep\"}}}")));

    // Then
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(second));
    assertThat(ordered.trigger()).isEqualTo("profile-deleted");
    RevocationOrdered older =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(first));
    assertThat(older.trigger()).isEqualTo("profile-deleted");
  }

  @Test
  void removesAnImportedCertificateAndNeverRevokesIt() {
    // Given
    NaturalKey imported =
        new NaturalKey("default", device, "u1", UUID.randomUUID(), "ab".repeat(20), 1);
    CertificateFacts certificate = TestCa.certificate("imported");
    UUID request = wire.installed(imported, certificate);

    // When
    wire.lifecycle(device, "wiped");

    // Then
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(imported));
    assertThat(ordered.action()).isEqualTo("remove");

    // When issuance-service has withdrawn it
    wire.progressed(request, imported, RequestState.CANCELLED, 7, certificate);

    // Then
    RevocationProgressed closed = awaitState(ordered.revocationId(), "closed");
    assertThat(closed.reason()).isEqualTo("removal-requested");
    assertThat(closed.barrierAt()).isNotNull();
    assertThat(wire.all(RevokeCertificate.class, c -> imported.equals(c.naturalKey()))).isEmpty();
  }

  @Test
  void takesAnAlreadyRevokedAnswerForSuccess() {
    // Given
    RevokeCertificate command = orderedCommand();

    // When
    wire.result(
        new RevocationRefused(
            command.requestId(),
            "builtin",
            command.revocationId(),
            command.issuer(),
            command.serial(),
            "already-revoked",
            "it is revoked",
            Instant.now()));

    // Then
    awaitState(command.revocationId(), "accepted");
  }

  @Test
  void waitsForACaThatCannotRevokeAndFailsForAnUnknownSerial() {
    // Given
    RevokeCertificate cannot = orderedCommand();
    wire.result(refusal(cannot, "cannot-revoke"));
    RevocationProgressed waiting = awaitState(cannot.revocationId(), "waiting");
    assertThat(waiting.reason()).isEqualTo("cannot-revoke");

    // When
    device = device + "-2";
    RevokeCertificate unknown = orderedCommand();
    wire.result(refusal(unknown, "unknown-serial"));

    // Then
    assertThat(awaitState(unknown.revocationId(), "failed").reason()).isEqualTo("unknown-serial");
  }

  @ParameterizedTest
  @ValueSource(strings = {NaturalKey.NONE, "abababababababababababababababababababab"})
  void closesAnOrderWhoseRequestEndedWithoutACertificate(String item) {
    // Given
    NaturalKey key = new NaturalKey("default", device, "u1", UUID.randomUUID(), item, 1);
    UUID request = EventIds.next();
    wire.progressed(request, key, RequestState.SUBMITTING, 3, null);
    wire.lifecycle(device, "retired");
    UUID id = wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key)).revocationId();

    // When
    wire.progressed(request, key, RequestState.DENIED, 4, null);

    // Then
    assertThat(awaitState(id, "closed").reason()).isEqualTo("no-certificate");
  }

  @Test
  void endsWhatProfileServiceNoLongerWants() {
    // Given
    NaturalKey key = Wire.key(device, 1);
    UUID request = wire.installed(key, TestCa.certificate("builtin"));
    NaturalKey sentinel = Wire.key(device + "-s", 1);
    wire.installed(sentinel, TestCa.certificate("builtin"));
    wire.lifecycle(device + "-s", "unenrolled");
    wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(sentinel));

    // When
    wire.send(
        Topics.DEVICE_LIFECYCLE,
        Keys.device("default", device),
        new EnrolmentEnded(request, key, "profile-unassigned", Instant.now()));

    // Then
    RevocationOrdered ordered =
        wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key));
    assertThat(ordered.trigger()).isEqualTo("profile-unassigned");
  }

  private RevokeCertificate orderedCommand() {
    NaturalKey key = Wire.key(device, 1);
    UUID request = wire.installed(key, TestCa.certificate("builtin"));
    wire.lifecycle(device, "unenrolled");
    return wire.await(RevokeCertificate.class, c -> c.requestId().equals(request));
  }

  private static RevocationRefused refusal(RevokeCertificate command, String code) {
    return new RevocationRefused(
        command.requestId(),
        "builtin",
        command.revocationId(),
        command.issuer(),
        command.serial(),
        code,
        "because",
        Instant.now());
  }

  private void accept(RevokeCertificate command) {
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

  private RevocationProgressed awaitState(UUID revocationId, String state) {
    return wire.await(
        RevocationProgressed.class,
        p -> p.revocationId().equals(revocationId) && p.state().equals(state));
  }
}
