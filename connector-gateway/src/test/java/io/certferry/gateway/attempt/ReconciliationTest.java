package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandId;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandState;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.SearchOutcome;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.messaging.Cause;
import io.certferry.pki.Digests;
import io.certferry.testkit.FakeClock;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final FakeClock clock = new FakeClock(NOW);
  private final LyingCa ca = new LyingCa(clock);
  private final SubmissionDraft draft = Forge.fresh().forge().draft();
  private final Reconciliation reconciliation =
      new Reconciliation(new Verdicts(new Defaults(), new Backoff(() -> 0.5), clock));

  private Submitted request(@Nullable Instant absenceCountsFrom) {
    SubmitCsr command = draft.command();
    ClaimedCommand claimed =
        new ClaimedCommand(
            new CommandId(CommandKind.SUBMIT, draft.requestId),
            command,
            "default",
            Action.RECONCILE,
            3,
            1,
            0,
            0,
            null,
            true,
            false,
            absenceCountsFrom,
            false,
            false,
            false,
            Cause.withCorrelationId("c"),
            NOW,
            NOW);
    return new Submitted(claimed, command, 1, Digests.sha256Hex(draft.key.spki()));
  }

  private Bytes issue() {
    Answer answer = ca.submit(draft.requestId, draft.csr(), draft.validitySeconds);
    return ((Answer.Issued) answer).certificate();
  }

  private SearchOutcome found(FoundRequest... entries) {
    return new SearchOutcome.Found(List.of(entries), ca.chain());
  }

  private static FoundRequest entry(
      String id, FoundRequest.Status status, @Nullable Bytes certificate) {
    return new FoundRequest(id, status, certificate, "");
  }

  private Verdict judge(
      @Nullable Instant absenceCountsFrom,
      @Nullable SearchOutcome byRequest,
      @Nullable SearchOutcome byKey) {
    return reconciliation.judge(
        request(absenceCountsFrom), new Reconciliation.Searches(byRequest, byKey, NOW));
  }

  @Test
  void adoptsTheOldestOfSeveral() {
    // Given
    Bytes older = issue();
    clock.advance(Duration.ofSeconds(10));
    Bytes newer = issue();

    // When
    Verdict verdict =
        judge(
            NOW,
            found(entry("2", FoundRequest.Status.ISSUED, newer)),
            found(
                entry("2", FoundRequest.Status.ISSUED, newer),
                entry("1", FoundRequest.Status.ISSUED, older)));

    // Then
    assertThat(verdict.state()).isEqualTo(CommandState.DONE);
    assertThat(verdict.kept()).isNotNull();
    assertThat(verdict.kept().der()).isEqualTo(older);
    assertThat(verdict.adopted()).isTrue();
    assertThat(verdict.extras()).singleElement().matches(extra -> extra.der().equals(newer));
  }

  @Test
  void doesNotBelieveInAbsenceThatIsTooEarly() {
    // Given
    SearchOutcome absent = new SearchOutcome.AbsentAsOf(NOW);

    // When
    Verdict verdict = judge(NOW.plusSeconds(20), absent, absent);

    // Then
    assertThat(verdict.state()).isEqualTo(CommandState.WAITING);
    assertThat(verdict.action()).isEqualTo(Action.RECONCILE);
    assertThat(verdict.delay()).isGreaterThan(Duration.ofSeconds(20));
  }

  @Test
  void countsAbsenceFromWhenTheAnswerWasFresh() {
    // Given: the ledger that was read is 30 s old
    SearchOutcome stale = new SearchOutcome.AbsentAsOf(NOW.minusSeconds(30));

    // When
    Verdict tooOld = judge(NOW.minusSeconds(20), stale, stale);
    Verdict oldEnough = judge(NOW.minusSeconds(31), stale, stale);

    // Then
    assertThat(tooOld.action()).isEqualTo(Action.RECONCILE);
    assertThat(oldEnough.action()).isEqualTo(Action.SUBMIT);
  }

  @Test
  void doesNotCountAbsenceAskedExactlyAtTheLimit() {
    // Given
    SearchOutcome absent = new SearchOutcome.AbsentAsOf(NOW);

    // Then
    assertThat(judge(NOW, absent, absent).action()).isEqualTo(Action.RECONCILE);
    assertThat(judge(NOW.minusMillis(1), absent, absent).action()).isEqualTo(Action.SUBMIT);
  }

  @Test
  void asksAgainWhenOneSearchCannotTell() {
    // Given
    SearchOutcome absent = new SearchOutcome.AbsentAsOf(NOW);
    SearchOutcome silent = new SearchOutcome.CannotTell("down");

    // Then
    assertThat(judge(NOW.minusSeconds(60), absent, silent).action()).isEqualTo(Action.RECONCILE);
    assertThat(judge(NOW.minusSeconds(60), silent, absent).action()).isEqualTo(Action.RECONCILE);
  }

  @Test
  void resubmitsAndMarksWithoutAnySearch() {
    // When
    Verdict early = judge(NOW.plusSeconds(5), null, null);
    Verdict late = judge(NOW.minusSeconds(5), null, null);

    // Then
    assertThat(early.action()).isEqualTo(Action.RECONCILE);
    assertThat(late.action()).isEqualTo(Action.SUBMIT);
    assertThat(late.mayDuplicate()).isTrue();
  }

  @Test
  void waitsForTheManagerItFinds() {
    // When
    Verdict verdict = judge(NOW, found(entry("7", FoundRequest.Status.PENDING, null)), null);

    // Then
    assertThat(verdict.action()).isEqualTo(Action.POLL);
    assertThat(verdict.caRequestId()).isEqualTo("7");
    assertThat(verdict.result()).isInstanceOf(CaResult.CertificatePending.class);
  }

  @Test
  void endsWithWhatWasRevokedSince() {
    // When
    Verdict verdict = judge(NOW, found(entry("7", FoundRequest.Status.REVOKED, issue())), null);

    // Then
    assertThat(verdict.result()).isInstanceOf(CaResult.CertificateDenied.class);
  }

  @Test
  void waitsForACertificateThatTheCaHasButDoesNotShow() {
    // When
    Verdict verdict =
        judge(NOW.minusSeconds(60), found(entry("7", FoundRequest.Status.ISSUED, null)), null);

    // Then
    assertThat(verdict.action()).isEqualTo(Action.RECONCILE);
  }
}
