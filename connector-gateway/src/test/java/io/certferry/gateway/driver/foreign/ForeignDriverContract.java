package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.parsed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.Lie;
import io.certferry.testkit.peer.WireLie;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every driver of a foreign CA must do, whatever the CA does. */
abstract class ForeignDriverContract {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private ForeignBench bench;

  /** A fresh server, and the driver that talks to it. */
  abstract ForeignBench openBench();

  /** Whether a shared secret or password decides at the server who is let in. */
  boolean hasSecret() {
    return true;
  }

  @BeforeEach
  void open() {
    bench = openBench();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  ForeignBench bench() {
    return bench;
  }

  static SubmissionDraft draft() {
    return Forge.fresh().forge().draft();
  }

  private long issuedFor(SubmissionDraft draft) {
    return bench.ca().ledger().stream()
        .filter(entry -> entry.status() == LedgerEntry.Status.ISSUED)
        .filter(
            entry ->
                entry.spkiSha256().equals(io.certferry.pki.Digests.sha256Hex(draft.key.spki())))
        .count();
  }

  @Test
  void issuesForTheKeyInTheCsr() {
    // Given
    SubmissionDraft draft = draft();

    // When
    SubmitOutcome outcome = bench.submit(draft);

    // Then
    assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
    assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
    assertThat(((SubmitOutcome.Issued) outcome).chain()).isEqualTo(bench.ca().chain());
    assertThat(bench.driver().chain()).isEqualTo(bench.ca().chain());
    assertThat(bench.driver().lastError()).isEmpty();
  }

  private String pend(SubmissionDraft draft) {
    assumeTrue(bench.driver().capabilities().pending(), "this CA never pends");
    bench.ca().lie(Lie.PENDS);
    SubmitOutcome outcome = bench.submit(draft);
    assertThat(outcome).isInstanceOf(SubmitOutcome.Pending.class);
    return ((SubmitOutcome.Pending) outcome).caRequestId();
  }

  private String lastAtTheCa() {
    List<LedgerEntry> ledger = bench.ca().ledger();
    return ledger.get(ledger.size() - 1).caRequestId();
  }

  @Test
  void keepsAPendingRequestUntilAManagerDecides() {
    // Given
    SubmissionDraft draft = draft();
    String id = pend(draft);
    SubmitOutcome still = bench.driver().query(id, Bytes.of(draft.csr()));
    assertThat(still).isInstanceOf(SubmitOutcome.Pending.class);

    // When
    bench.ca().approve(lastAtTheCa());

    // Then
    SubmitOutcome decided =
        bench.driver().query(((SubmitOutcome.Pending) still).caRequestId(), Bytes.of(draft.csr()));
    assertThat(parsed(decided).spki()).isEqualTo(draft.key.spki());
    assertThat(issuedFor(draft)).isEqualTo(1);
  }

  @Test
  void asksAboutAPendingRequestInAnotherProcess() {
    // Given
    SubmissionDraft draft = draft();
    String id = pend(draft);
    bench.ca().approve(lastAtTheCa());

    // When
    try (CaDriver another = bench.opener().get()) {
      SubmitOutcome decided = another.query(id, Bytes.of(draft.csr()));

      // Then
      assertThat(parsed(decided).spki()).isEqualTo(draft.key.spki());
    }
    assertThat(issuedFor(draft)).isEqualTo(1);
  }

  @Test
  void learnsThatAManagerSaidNo() {
    // Given
    SubmissionDraft draft = draft();
    String id = pend(draft);

    // When
    bench.ca().deny(lastAtTheCa());

    // Then
    assertThat(bench.driver().query(id, Bytes.of(draft.csr())))
        .isInstanceOf(SubmitOutcome.Denied.class);
  }

  @Test
  void asksAgainLaterWhenThePendingRequestCannotBeAskedAbout() {
    // Given
    SubmissionDraft draft = draft();
    String id = pend(draft);

    // When
    bench.server().close();

    // Then
    assertThat(bench.driver().query(id, Bytes.of(draft.csr())))
        .isInstanceOf(SubmitOutcome.Retryable.class);
  }

  @Test
  void doesNotKnowARequestThatItNeverTook() {
    assertThat(bench.driver().query("999999999", Bytes.of(draft().csr())))
        .isInstanceOfAny(SubmitOutcome.Unknown.class, SubmitOutcome.Denied.class);
  }

  @Test
  void takesARefusalForFinal() {
    // Given
    bench.ca().lie(Lie.DENIES);

    // When
    SubmitOutcome outcome = bench.submit(draft());

    // Then
    assertThat(outcome).isInstanceOf(SubmitOutcome.Denied.class);
  }

  @Test
  void handsOnACertificateOfAnotherKeySoThatTheLedgerSeesIt() {
    // Given
    SubmissionDraft draft = draft();
    bench.ca().lie(Lie.WRONG_KEY);

    // When
    SubmitOutcome outcome = bench.submit(draft);

    // Then
    assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
    assertThat(Arrays.equals(parsed(outcome).spki(), draft.key.spki())).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = WireLie.class,
      names = {"DROPS", "SLOW", "ENDLESS", "HUGE", "GARBAGE", "BROKEN"})
  void doesNotKnowWhatBecameOfARequestWithoutAnAnswerInTime(WireLie lie) {
    // Given
    SubmissionDraft draft = draft();
    bench.server().lie(lie);
    Instant begun = Instant.now();

    // When
    SubmitOutcome outcome = bench.submit(draft);

    // Then
    assertThat(outcome).isInstanceOf(SubmitOutcome.Unknown.class);
    assertThat(Duration.between(begun, Instant.now())).isLessThan(LIMIT);
    assertThat(issuedFor(draft)).isEqualTo(1);
  }

  @Test
  void comesBackLaterWhenTheCaIsBusy() {
    // Given
    SubmissionDraft draft = draft();
    bench.server().lie(WireLie.BUSY);

    // When
    SubmitOutcome outcome = bench.submit(draft);

    // Then
    assertThat(outcome).isEqualTo(new SubmitOutcome.Retryable("overloaded"));
    assertThat(issuedFor(draft)).isZero();
  }

  @Test
  void knowsThatNothingWasTakenWhenNobodyListens() {
    // Given
    bench.server().close();

    // When
    SubmitOutcome outcome = bench.submit(draft());

    // Then
    assertThat(outcome).isEqualTo(new SubmitOutcome.Retryable("connection-refused"));
    assertThat(bench.driver().lastError())
        .hasValueSatisfying(
            error -> assertThat(error).startsWith("connection-refused: ").contains("port"));
  }

  @Test
  void asksForNoTemplateThatTheCaDoesNotOffer() {
    // Given
    SubmissionDraft draft = draft();
    draft.template = "User display name";

    // When
    SubmitOutcome outcome = bench.submit(draft);

    // Then
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SubmitOutcome.ConfigurationError.class,
            error -> {
              assertThat(error.code()).isEqualTo("unknown-template");
              assertThat(error.message()).contains("display name");
            });
    assertThat(bench.server().seen()).noneMatch(request -> request.method().equals("POST"));
  }

  @Test
  void triesRefusedCredentialsNeverAgainUntilTheyChange() {
    assumeTrue(hasSecret());
    // Given
    ForeignBench.write(bench.secret(), "ffffffffffffffffffffffffffffffff\n");
    assertThat(bench.submit(draft())).isNotInstanceOf(SubmitOutcome.Issued.class);
    int calls = bench.server().seen().size();

    // When
    SubmitOutcome refused = bench.submit(draft());

    // Then
    assertThat(refused).isEqualTo(new SubmitOutcome.Retryable("credentials-refused"));
    assertThat(bench.server().seen()).hasSize(calls);
    ForeignBench.write(bench.secret(), ForeignBench.SECRET + "\n");
    assertThat(bench.submit(draft())).isInstanceOf(SubmitOutcome.Issued.class);
  }

  @Test
  void tellsWhenItsCredentialsCannotBeRead() throws java.io.IOException {
    assumeTrue(hasSecret());
    // Given
    java.nio.file.Files.delete(bench.secret());

    // When
    SubmitOutcome outcome = bench.submit(draft());

    // Then
    assertThat(outcome).isEqualTo(new SubmitOutcome.Retryable("credentials-unreadable"));
  }

  @Test
  void offersTheConfiguredTemplates() {
    assertThat(bench.driver().templates())
        .singleElement()
        .satisfies(
            template -> {
              assertThat(template.name()).isEqualTo(ForeignBench.TEMPLATE);
              assertThat(template.maximumValiditySeconds())
                  .isEqualTo(Duration.ofDays(365).toSeconds());
            });
  }

  @Test
  void saysInAProbeThatTheCaIsThere() {
    // When
    ProbeReport report = bench.driver().probe();

    // Then
    assertThat(report.reachable()).isTrue();
    assertThat(report.findings()).anyMatch(finding -> finding.check().equals("ca") && finding.ok());
  }

  @Test
  void saysInAProbeWhatToDoWhenTheCaIsAway() {
    // Given
    bench.server().close();

    // When
    ProbeReport report = bench.driver().probe();

    // Then
    assertThat(report.reachable()).isFalse();
    assertThat(report.findings())
        .anyMatch(
            finding ->
                finding.check().equals("reachable")
                    && "connection-refused".equals(finding.code())
                    && finding.sentence().contains("port"));
  }
}
