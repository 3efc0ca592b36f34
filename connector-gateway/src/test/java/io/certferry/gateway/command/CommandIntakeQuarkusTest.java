package io.certferry.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CaResult.RevocationRefused;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.Lie;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A command is one row, however often and in whatever company it comes. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class CommandIntakeQuarkusTest {

  @Inject Desk desk;
  private final Forge forge = Forge.ofTestResource();
  private SubmissionDraft draft;

  @BeforeEach
  void draftASubmission() {
    desk.beginAfresh();
    draft = forge.draft();
    draft.caId = "lying";
  }

  @Test
  void announcesTheRecordedResultAgainWhenADoneCommandComesAgain() {
    // Given
    desk.take(draft);
    desk.settle();

    // When
    desk.take(draft);
    desk.settle();

    // Then
    assertThat(desk.announced(draft.requestId))
        .hasSize(2)
        .allMatch(CertificateIssued.class::isInstance);
    assertThat(desk.announced(draft.requestId).get(0))
        .isEqualTo(desk.announced(draft.requestId).get(1));
    assertThat(desk.lyingCa().findByRequest(draft.requestId)).hasSize(1);
  }

  @Test
  void refusesAnExpiredGrantAndStartsAnewWithAFreshOne() {
    // Given
    draft.grantExpiresAt = Instant.now().minusSeconds(1);
    desk.take(draft);
    desk.settle();
    CertificateDenied denied = desk.last(draft.requestId, CertificateDenied.class);
    assertThat(denied.code()).isEqualTo("grant-expired");
    assertThat(denied.submitted()).isFalse();
    SubmissionDraft renewed = forge.draft();
    renewed.caId = "lying";
    renewed.requestId = draft.requestId;
    renewed.deviceId = draft.deviceId;
    renewed.profileId = draft.profileId;
    renewed.key = draft.key;

    // When
    desk.take(renewed);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).attempt()).isEqualTo(1);
  }

  @Test
  void doesNotStartAnewWhatACaHasHeardOf() {
    // Given
    desk.lyingCa().lie(Lie.DENIES);
    desk.take(draft);
    desk.settle();
    SubmissionDraft again = forge.draft();
    again.caId = "lying";
    again.requestId = draft.requestId;
    again.deviceId = draft.deviceId;
    again.profileId = draft.profileId;
    again.key = draft.key;

    // When
    desk.take(again);
    desk.settle();

    // Then
    assertThat(desk.announced(draft.requestId))
        .hasSize(2)
        .allMatch(CertificateDenied.class::isInstance);
  }

  @Test
  void tellsAnotherTenantNothing() {
    // Given
    desk.take(draft);
    desk.settle();

    // When
    desk.take("other", draft.command());
    desk.settle();

    // Then
    assertThat(desk.announced(draft.requestId)).hasSize(1);
  }

  @Test
  void refusesACommandOnAnotherCasTopic() {
    // Given
    var event =
        new io.certferry.messaging.InboundEvent<Object>(
            UUID.randomUUID(),
            "io.certferry.ca.SubmitCsr.v1",
            "default",
            "k",
            io.certferry.contracts.Topics.caCommands("builtin"),
            0,
            0,
            null,
            io.certferry.messaging.Cause.fresh(),
            Instant.now(),
            draft.command());

    // Then
    assertThatThrownBy(() -> NewCommand.of(event)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void answersAQueryWithWhatIsRecorded() {
    // Given
    desk.take(draft);
    desk.settle();

    // When
    desk.take("default", draft.query());
    desk.settle();

    // Then
    assertThat(desk.announced(draft.requestId))
        .hasSize(2)
        .allMatch(CertificateIssued.class::isInstance);
  }

  @Test
  void looksAtAPendingRequestAtOnceWhenItIsAskedFor() {
    // Given
    desk.lyingCa().lie(Lie.PENDS);
    desk.take(draft);
    desk.settle();
    CaResult.CertificatePending pending =
        desk.last(draft.requestId, CaResult.CertificatePending.class);
    desk.lyingCa().approve(String.valueOf(pending.caRequestId()));

    // When
    desk.take("default", draft.query());
    desk.settle();
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).attempt()).isEqualTo(1);
  }

  private ParsedCertificate issued() {
    desk.take(draft);
    desk.settle();
    return Certificates.parse(
        desk.last(draft.requestId, CertificateIssued.class).certificate().toArray());
  }

  @Test
  void revokesAndSaysSoEachTimeItIsAsked() {
    // Given
    ParsedCertificate certificate = issued();
    UUID revocation = UUID.randomUUID();
    var command =
        draft.revocation(
            revocation, certificate.issuer().toRfc4514(), certificate.serialHex(), "superseded");

    // When
    desk.take("default", command);
    desk.settle();
    desk.take("default", command);
    desk.settle();

    // Then
    assertThat(desk.announced(draft.requestId)).hasSize(3);
    CertificateRevoked revoked = desk.last(draft.requestId, CertificateRevoked.class);
    assertThat(revoked.revocationId()).isEqualTo(revocation);
    assertThat(desk.lyingCa().findByRequest(draft.requestId))
        .singleElement()
        .matches(entry -> !entry.isLive());
    assertThat(
            desk.count(
                "select count(*) from certificate where serial = $1 and revoked_at is not null",
                certificate.serialHex()))
        .isEqualTo(1);
  }

  @Test
  void refusesToRevokeAnotherTenantsCertificate() {
    // Given
    ParsedCertificate certificate = issued();
    SubmissionDraft foreign = forge.draft();
    foreign.caId = "lying";
    foreign.tenant = "other";

    // When
    desk.take(
        "other",
        foreign.revocation(
            UUID.randomUUID(),
            certificate.issuer().toRfc4514(),
            certificate.serialHex(),
            "keyCompromise"));
    desk.settle();

    // Then
    assertThat(desk.last(foreign.requestId, RevocationRefused.class).code())
        .isEqualTo("unknown-serial");
    assertThat(desk.lyingCa().findByRequest(draft.requestId))
        .singleElement()
        .matches(entry -> entry.isLive());
  }

  @Test
  void refusesAPrivilegedName() {
    // Given
    draft.commonName = "Administrator";

    // When
    desk.take(draft);
    desk.settle();

    // Then
    CertificateDenied denied = desk.last(draft.requestId, CertificateDenied.class);
    assertThat(denied.code()).isEqualTo("policy-refused");
    assertThat(denied.attempt()).isZero();
    assertThat(desk.lyingCa().findByRequest(draft.requestId)).isEmpty();
  }
}
