package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.CaResult.CertificatePending;
import io.certferry.contracts.event.CaResult.OutcomeUnknown;
import io.certferry.gateway.auditor.AuditDesk;
import io.certferry.gateway.driver.lying.LyingDriver;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.Digests;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.Lie;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rule that matters most: an answer that is lost never becomes a second certificate. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class UnknownOutcomeQuarkusTest {

  private static final int IN_FLIGHT = (int) LyingDriver.MAX_IN_FLIGHT.toSeconds();

  @Inject Desk desk;
  @Inject AuditDesk audits;
  private final Forge forge = Forge.ofTestResource();
  private SubmissionDraft draft;

  @BeforeEach
  void draftASubmission() {
    desk.beginAfresh();
    draft = forge.draft();
    draft.caId = "lying";
  }

  private List<LedgerEntry> atTheCa() {
    return desk.lyingCa().ledger().stream()
        .filter(entry -> entry.spkiSha256().equals(Digests.sha256Hex(draft.key.spki())))
        .toList();
  }

  private void submit(Lie... lies) {
    desk.lyingCa().lie(lies);
    desk.take(draft);
    desk.settle();
  }

  @Test
  void adoptsWhatTheCaIssuedWithoutAnswering() {
    // Given
    submit(Lie.ISSUES_THEN_DROPS);
    assertThat(desk.announced(draft.requestId)).singleElement().isInstanceOf(OutcomeUnknown.class);

    // When
    desk.letTimePass(2);
    desk.settle();

    // Then
    CertificateIssued issued = desk.last(draft.requestId, CertificateIssued.class);
    assertThat(issued.adopted()).isTrue();
    assertThat(issued.attempt()).isEqualTo(1);
    assertThat(atTheCa()).singleElement().matches(LedgerEntry::isLive);
  }

  @Test
  void announcesAnUnknownOutcomeOnce() {
    // Given
    submit(Lie.DROPS_BEFORE_RECEIPT);

    // When
    for (int i = 0; i < 3; i++) {
      desk.letTimePass(5);
      desk.settle();
    }

    // Then
    assertThat(desk.announced(draft.requestId)).singleElement().isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void doesNotResubmitBeforeAbsenceCounts() {
    // Given
    submit(Lie.DROPS_BEFORE_RECEIPT);

    // When
    desk.letTimePass(IN_FLIGHT - 5);
    desk.settle();

    // Then
    assertThat(desk.lyingCa().findByRequest(draft.requestId)).isEmpty();
    assertThat(desk.count("select count(*) from attempt where request_id = $1", draft.requestId))
        .isEqualTo(1);
  }

  @Test
  void resubmitsTheSameCsrWhenAbsenceIsProven() {
    // Given
    submit(Lie.DROPS_BEFORE_RECEIPT);

    // When
    desk.letTimePass(IN_FLIGHT + 2);
    desk.settle();

    // Then
    CertificateIssued issued = desk.last(draft.requestId, CertificateIssued.class);
    assertThat(issued.attempt()).isEqualTo(2);
    assertThat(issued.adopted()).isFalse();
    assertThat(issued.mayDuplicate()).isFalse();
    assertThat(atTheCa()).hasSize(1);
    assertThat(
            desk.count(
                "select count(distinct csr_sha256) from attempt where request_id = $1",
                draft.requestId))
        .isEqualTo(1);
  }

  @Test
  void findsAnAnswerThatComesLateInsteadOfResubmitting() {
    // Given
    submit(Lie.ISSUES_LATE);
    desk.letTimePass(5);
    desk.settle();

    // When
    desk.lyingCa().catchUp();
    desk.letTimePass(IN_FLIGHT + 2);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isTrue();
    assertThat(atTheCa()).hasSize(1);
  }

  @Test
  void resubmitsAndMarksWhereTheCaCannotBeSearched() {
    // Given
    desk.lyingDriver().searchable(false);
    submit(Lie.DROPS_BEFORE_RECEIPT);

    // When
    desk.letTimePass(IN_FLIGHT + 2);
    desk.settle();

    // Then
    CertificateIssued issued = desk.last(draft.requestId, CertificateIssued.class);
    assertThat(issued.mayDuplicate()).isTrue();
    assertThat(issued.attempt()).isEqualTo(2);
  }

  @Test
  void looksForTheOutcomeOfALostLease() {
    // Given
    desk.take(draft);
    desk.execute(
        """
        update ca_command set state = 'SUBMITTING', attempts = 1, lease_epoch = 7, lease_owner = 'gone',
          lease_until = now() - interval '1 second' where id = $1
        """,
        draft.requestId);
    desk.execute(
        """
        insert into attempt (request_id, attempt_no, ca_id, tenant, lease_epoch, lease_owner, template, csr_sha256,
          spki_sha256, submit_by) values ($1, 1, 'lying', 'default', 7, 'gone', 'User', 'x', 'y', now())
        """,
        draft.requestId);
    desk.lyingCa().submit(draft.requestId, draft.csr(), draft.validitySeconds);
    int submissions = desk.lyingCa().submissions();

    // When
    desk.settle();

    // Then
    assertThat(desk.announced(draft.requestId))
        .hasSize(2)
        .first()
        .isInstanceOf(OutcomeUnknown.class);
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isTrue();
    assertThat(desk.lyingCa().submissions()).isEqualTo(submissions);
  }

  @Test
  void adoptsOneOfSeveralAndRevokesTheOthers() {
    // Given
    desk.lyingCa().lie(Lie.ISSUES_THEN_DROPS);
    desk.lyingCa().submit(draft.requestId, draft.csr(), draft.validitySeconds);
    submit(Lie.ISSUES_THEN_DROPS);

    // When
    desk.letTimePass(2);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isTrue();
    assertThat(atTheCa())
        .extracting(LedgerEntry::status)
        .containsExactlyInAnyOrder(LedgerEntry.Status.ISSUED, LedgerEntry.Status.REVOKED);
    assertThat(desk.announced(draft.requestId)).hasSize(2);
  }

  @Test
  void revokesTheSecondCertificateOfACaThatIssuesTwice() {
    // Given
    submit(Lie.ISSUES_TWICE);
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isFalse();

    // When
    audits.audit("lying");
    desk.settle();

    // Then
    assertThat(atTheCa()).filteredOn(LedgerEntry::isLive).hasSize(1);
    assertThat(atTheCa()).hasSize(2);
  }

  @Test
  void neverHandsOnACertificateOfAnotherKey() {
    // Given
    submit(Lie.WRONG_KEY);
    desk.letTimePass(2);
    desk.settle();

    // When
    desk.letTimePass(IN_FLIGHT + 2);
    desk.settle();

    // Then
    CertificateIssued issued = desk.last(draft.requestId, CertificateIssued.class);
    assertThat(issued.attempt()).isEqualTo(2);
    assertThat(atTheCa())
        .extracting(LedgerEntry::status)
        .containsExactly(LedgerEntry.Status.REVOKED, LedgerEntry.Status.ISSUED);
  }

  @Test
  void givesUpOnACaThatKeepsCertifyingAnotherKey() {
    // Given
    submit(Lie.WRONG_KEY, Lie.WRONG_KEY, Lie.WRONG_KEY);

    // When
    for (int i = 0; i < 6; i++) {
      desk.letTimePass(IN_FLIGHT + 2);
      desk.settle();
    }

    // Then
    CertificateDenied denied = desk.last(draft.requestId, CertificateDenied.class);
    assertThat(denied.code()).isEqualTo("configuration");
    assertThat(denied.submitted()).isTrue();
    assertThat(atTheCa()).noneMatch(LedgerEntry::isLive);
  }

  @Test
  void leavesTheCertificateOfAnotherRequestAlone() {
    // Given
    SubmissionDraft other = forge.draft();
    other.caId = "lying";
    desk.take(other);
    desk.settle();

    // When
    submit(Lie.ANSWERS_FOR_ANOTHER);
    desk.letTimePass(2);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isTrue();
    assertThat(atTheCa()).singleElement().matches(LedgerEntry::isLive);
    assertThat(desk.lyingCa().findByRequest(other.requestId))
        .singleElement()
        .matches(LedgerEntry::isLive);
  }

  @Test
  void triesAgainWhatTheCaCertainlyDidNotTake() {
    // Given
    submit(Lie.DOWN);
    assertThat(desk.announced(draft.requestId)).isEmpty();

    // When
    desk.letTimePass(5);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).attempt()).isEqualTo(2);
    assertThat(atTheCa()).hasSize(1);
  }

  @Test
  void waitsForAManagerWithoutHoldingALease() {
    // Given
    submit(Lie.PENDS);
    CertificatePending pending = desk.last(draft.requestId, CertificatePending.class);
    assertThat(desk.text("select state from ca_command where id = $1", draft.requestId))
        .isEqualTo("WAITING");

    // When
    desk.letTimePass(61);
    desk.settle();
    assertThat(desk.announced(draft.requestId)).hasSize(1);
    desk.lyingCa().approve(String.valueOf(pending.caRequestId()));
    desk.letTimePass(121);
    desk.settle();

    // Then
    assertThat(desk.last(draft.requestId, CertificateIssued.class).adopted()).isFalse();
    assertThat(atTheCa()).hasSize(1);
  }

  @Test
  void passesOnADenial() {
    // When
    submit(Lie.DENIES);

    // Then
    CertificateDenied denied = desk.last(draft.requestId, CertificateDenied.class);
    assertThat(denied.code()).isEqualTo("denied-by-ca");
    assertThat(denied.submitted()).isTrue();
  }
}
