package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.Lie;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A virtual day without the CA. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class OutageQuarkusTest {

  private static final int DAY_IN_MINUTES = 24 * 60;
  private static final int STEP_IN_MINUTES = 5;
  private static final int STEPS = DAY_IN_MINUTES / STEP_IN_MINUTES;

  /** Calls at once and a few claimed ahead: as far as order may be lost between workers. */
  private static final int CLAIMED_AT_ONCE = 16;

  @Inject Desk desk;
  @Inject CommandQueue queue;
  private final AtomicLong nanos = new AtomicLong();
  private final Forge forge = Forge.ofTestResource();

  @BeforeEach
  void beginAfresh() {
    desk.beginAfresh();
  }

  /** In the order of their deadlines, but taken in another. */
  private List<UUID> waiting(int count) {
    List<SubmissionDraft> drafts = IntStream.range(0, count).mapToObj(i -> forge.draft()).toList();
    List<Integer> arrival = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(arrival, new Random(1));
    for (int i : arrival) {
      SubmissionDraft draft = drafts.get(i);
      draft.caId = "lying";
      desk.take(draft);
      desk.execute(
          "update ca_command set deadline = now() + make_interval(hours => 48, mins => $2) where id = $1",
          draft.requestId,
          i);
    }
    return drafts.stream().map(draft -> draft.requestId).toList();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    desk.execute(
        "update ca_command set next_attempt_at = next_attempt_at - make_interval(secs => $1) where ca_id = 'lying'"
            + " and state = 'WAITING'",
        (double) time.toSeconds());
    queue.wake();
  }

  @Test
  void losesNothingAndServesByDeadlineAfterADayWithoutTheCa() {
    // Given
    List<UUID> requests = waiting(64);
    CaWorker worker = desk.workers().another("outage/1", "lying", nanos::get);
    desk.lyingCa().lie(Collections.nCopies(STEPS + CLAIMED_AT_ONCE, Lie.DOWN).toArray(Lie[]::new));
    int submissions = desk.lyingCa().submissions();

    // When: a day is over
    for (int step = 0; step < STEPS; step++) {
      pass(Duration.ofMinutes(STEP_IN_MINUTES));
      worker.dispatch();
      desk.awaitCalls();
    }

    // Then: after the first round one call at a time, and nothing is given up
    assertThat(desk.lyingCa().submissions() - submissions)
        .isBetween(STEPS - 1, STEPS + CLAIMED_AT_ONCE);
    assertThat(requests).allSatisfy(request -> assertThat(desk.announced(request)).isEmpty());

    // When: it is back
    desk.lyingCa().forgetLies();
    for (int round = 0; round < 200 && isAnyOpen(); round++) {
      pass(Duration.ofSeconds(30));
      worker.dispatch();
      desk.awaitCalls();
    }
    worker.stop();

    // Then
    assertThat(requests)
        .allSatisfy(
            request ->
                assertThat(desk.announced(request))
                    .singleElement()
                    .isInstanceOf(CertificateIssued.class));
    List<UUID> served =
        desk.lyingCa().ledger().stream()
            .map(LedgerEntry::requestId)
            .filter(requests::contains)
            .toList();
    assertThat(served).doesNotHaveDuplicates().hasSize(64);
    assertThat(IntStream.range(0, 64))
        .allMatch(i -> Math.abs(served.indexOf(requests.get(i)) - i) <= CLAIMED_AT_ONCE + 1);
  }

  private boolean isAnyOpen() {
    return desk.count("select count(*) from ca_command where ca_id = 'lying' and state <> 'DONE'")
        > 0;
  }
}
