package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.foreign.ForeignBench;
import io.certferry.gateway.driver.foreign.ForeignPeer;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pki.Digests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.LedgerEntry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A connector dies at each crash point of the gateway, with each driver, and another takes over
 * when the lease is over. The ledger of the CA itself tells what came of it: one certificate where
 * the CA can be searched, and where it cannot no second one before {@code maxInFlight} is over, nor
 * one that is not announced as a possible duplicate.
 */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class CrashRehearsalQuarkusTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<CrashPoint> WHILE_SUBMITTING =
      List.of(
          CrashPoint.GATEWAY_CLAIM_AFTER_COMMIT,
          CrashPoint.GATEWAY_ATTEMPT_BEFORE_COMMIT,
          CrashPoint.GATEWAY_ATTEMPT_AFTER_COMMIT_BEFORE_CA,
          CrashPoint.GATEWAY_AFTER_CA_BEFORE_OUTCOME,
          CrashPoint.GATEWAY_OUTCOME_AFTER_COMMIT);
  private static final List<CrashPoint> WHILE_LOOKING =
      List.of(
          CrashPoint.GATEWAY_RECONCILE_BEFORE_SEARCH, CrashPoint.GATEWAY_RECONCILE_AFTER_SEARCH);

  @TempDir private static Path directory;
  private static final Map<ForeignPeer, ForeignBench> BENCHES = new EnumMap<>(ForeignPeer.class);

  @Inject Desk desk;
  @Inject CommandQueue queue;
  @Inject LostLeases lost;
  private final Forge forge = Forge.ofTestResource();
  private SubmissionDraft draft;

  @BeforeEach
  void beginAfresh() {
    desk.beginAfresh();
    draft = forge.draft();
  }

  @AfterAll
  static void closeBenches() {
    BENCHES.values().forEach(ForeignBench::close);
    BENCHES.clear();
  }

  static Stream<Arguments> foreign() {
    return Arrays.stream(ForeignPeer.values())
        .flatMap(
            peer ->
                Stream.concat(WHILE_SUBMITTING.stream(), WHILE_LOOKING.stream())
                    .map(point -> Arguments.of(peer, point)));
  }

  static Stream<Arguments> searchable() {
    return Stream.of("builtin", "lying")
        .flatMap(
            caId ->
                Stream.concat(WHILE_SUBMITTING.stream(), WHILE_LOOKING.stream())
                    .map(point -> Arguments.of(caId, point)));
  }

  @ParameterizedTest
  @MethodSource("searchable")
  void leavesOneCertificateWhereTheCaCanBeSearched(String caId, CrashPoint point) {
    // Given
    ReachableCa ca = desk.ca(caId);
    draft.caId = caId;

    // When
    dieAndTakeOver(ca, point);

    // Then
    CertificateIssued issued = await(ca);
    assertThat(liveByList(ca)).isEqualTo(1);
    assertThat(issued.mayDuplicate()).isFalse();
    assertSameCsr();
  }

  @ParameterizedTest
  @EnumSource(names = {"BUILTIN_CA_BEFORE_LEDGER_COMMIT", "BUILTIN_CA_AFTER_LEDGER_COMMIT"})
  void leavesOneCertificateWhenTheBuiltInCaIsCutOff(CrashPoint point) {
    leavesOneCertificateWhereTheCaCanBeSearched("builtin", point);
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void repeatsNothingBlindlyWhereItCannot(ForeignPeer peer, CrashPoint point) {
    // Given: its templates and policy are those of the CA "lying"
    ForeignBench bench = BENCHES.computeIfAbsent(peer, p -> p.open(subdirectory(p.name())));
    ReachableCa ca =
        new ReachableCa("lying", peer.name(), bench.driver(), desk.ca("lying").config());
    draft.caId = "lying";

    // When
    dieAndTakeOver(ca, point);

    // Then: nothing is sent again on suspicion
    assertThat(atTheCa(bench)).isLessThanOrEqualTo(1);
    CertificateIssued issued = await(ca);
    long live = atTheCa(bench);
    assertThat(live).isBetween(1L, 2L);
    assertThat(issued.mayDuplicate() || live == 1).isTrue();
    assertSameCsr();
  }

  private static Path subdirectory(String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void dieAndTakeOver(ReachableCa ca, CrashPoint point) {
    desk.take(draft);
    if (WHILE_LOOKING.contains(point)) {
      die(ca, CrashPoint.GATEWAY_AFTER_CA_BEFORE_OUTCOME);
    }
    die(ca, point);
    CaWorker another = desk.workers().another("takes-over/1", ca);
    for (int round = 0; round < 3; round++) {
      round(another, ca);
    }
    another.stop();
  }

  /** One connector works until it is dead; then its lease is over. */
  private void die(ReachableCa ca, CrashPoint point) {
    CaWorker worker = desk.workers().another("dies/1", ca);
    point.rehearse();
    Awaitility.await(point.name())
        .dontCatchUncaughtExceptions()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              work(worker);
              return CrashPoint.isRehearsed();
            });
    worker.stop();
    desk.execute(
        "update ca_command set lease_until = now() - interval '1 second' where state in ('CLAIMED', 'SUBMITTING')");
    lost.release(ca.caId(), ca.driver().capabilities().maxInFlight());
  }

  private void work(CaWorker worker) {
    desk.execute("update ca_command set next_attempt_at = now() where state = 'WAITING'");
    queue.wake();
    try {
      worker.dispatch();
    } catch (CrashPoint.PowerCut | CompletionException e) {
      // as it should be
    }
  }

  private void round(CaWorker worker, ReachableCa ca) {
    lost.release(ca.caId(), ca.driver().capabilities().maxInFlight());
    work(worker);
    desk.awaitCalls();
  }

  /** What the request comes to when absence counts. */
  private CertificateIssued await(ReachableCa ca) {
    CaWorker worker = desk.workers().another("ends/1", ca);
    Duration inFlight = ca.driver().capabilities().maxInFlight();
    for (int round = 0; round < 20 && !isIssued(); round++) {
      desk.execute(
          "update ca_command set absence_counts_from = absence_counts_from - make_interval(secs => $1)",
          (double) inFlight.toSeconds() + 2);
      round(worker, ca);
    }
    worker.stop();
    return desk.last(draft.requestId, CertificateIssued.class);
  }

  private boolean isIssued() {
    List<CaResult> announced = desk.announced(draft.requestId);
    return !announced.isEmpty() && announced.get(announced.size() - 1) instanceof CertificateIssued;
  }

  private long atTheCa(ForeignBench bench) {
    String spki = Digests.sha256Hex(draft.key.spki());
    return bench.ca().ledger().stream()
        .filter(entry -> entry.spkiSha256().equals(spki))
        .filter(LedgerEntry::isLive)
        .count();
  }

  private long liveByList(ReachableCa ca) {
    Instant now = Instant.now();
    return ca.driver().listIssued(now.minusSeconds(600), now.plusSeconds(600)).stream()
        .filter(found -> found.status() == FoundRequest.Status.ISSUED)
        .filter(
            found ->
                Arrays.equals(
                    Certificates.parse(Objects.requireNonNull(found.certificate()).toArray())
                        .spki(),
                    draft.key.spki()))
        .count();
  }

  private void assertSameCsr() {
    assertThat(
            desk.count(
                "select count(distinct csr_sha256) from attempt where request_id = $1",
                draft.requestId))
        .isEqualTo(1);
  }
}
