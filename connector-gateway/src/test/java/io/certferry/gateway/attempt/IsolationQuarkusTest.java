package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.driver.lying.LyingDriver;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.LyingCa;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What one CA or tenant costs the others, by the wall clock: the median of rounds with and without,
 * in turn, against a CA that takes the same time for each answer.
 */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class IsolationQuarkusTest {

  private static final Duration USUAL = Duration.ofMillis(150);
  private static final Duration SLOW = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ROUNDS = 3;

  @Inject Desk desk;
  private final Forge forge = Forge.ofTestResource();
  private final List<CaWorker> workers = new ArrayList<>();
  private final List<LyingDriver> drivers = new ArrayList<>();

  @BeforeEach
  void beginAfresh() {
    desk.beginAfresh();
  }

  @AfterEach
  void stop() {
    drivers.forEach(LyingDriver::hurry);
    workers.forEach(CaWorker::stop);
    desk.beginAfresh();
  }

  /** Works by itself, at a CA with a pace of its own. */
  private CaWorker worker(String caId, Duration pace) {
    LyingDriver driver =
        new LyingDriver(new LyingCa(InstantSource.system()), InstantSource.system());
    driver.pace(pace);
    CaWorker worker =
        desk.workers()
            .another(
                "isolated-" + caId + "/1",
                new ReachableCa(caId, "lying", driver, desk.ca("lying").config()));
    drivers.add(driver);
    workers.add(worker);
    worker.start();
    return worker;
  }

  private List<SubmissionDraft> drafts(String caId, String tenant, int count) {
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(
            i -> {
              SubmissionDraft draft = forge.draft();
              draft.caId = caId;
              draft.tenant = tenant;
              draft.csr();
              return draft;
            })
        .toList();
  }

  /** Takes them in at once and tells the percentile of how long they took, in milliseconds. */
  private long serve(CaWorker worker, List<SubmissionDraft> drafts, double percentile) {
    UUID[] ids = drafts.stream().map(draft -> draft.requestId).toArray(UUID[]::new);
    desk.takeAll(drafts);
    worker.nudge();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                desk.count(
                        "select count(*) from ca_command where id = any($1) and state = 'DONE'",
                        (Object) ids)
                    == ids.length);
    return desk.count(
        """
        select (percentile_disc($2) within group (order by extract(epoch from finished_at - received_at)) * 1000)::bigint
        from ca_command where id = any($1)
        """,
        ids,
        percentile);
  }

  private static double median(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  @Test
  void keepsThePaceOfOneCaWhileAnotherTakesTenSeconds() {
    // Given
    CaWorker usual = worker("builtin", USUAL);
    CaWorker slow = worker("lying", SLOW);
    List<Long> alone = new ArrayList<>();
    List<Long> besides = new ArrayList<>();
    serve(usual, drafts("builtin", "default", 48), 0.99);

    // When
    for (int round = 0; round < ROUNDS; round++) {
      alone.add(serve(usual, drafts("builtin", "default", 48), 0.99));
      List<SubmissionDraft> stuck = drafts("lying", "default", 40);
      desk.takeAll(stuck);
      slow.nudge();
      besides.add(serve(usual, drafts("builtin", "default", 48), 0.99));
      desk.execute("delete from ca_command where ca_id = 'lying' and state = 'READY'");
    }

    // Then
    System.out.printf("isolation of CAs: p99 alone %s ms, besides %s ms%n", alone, besides);
    assertThat(median(besides)).isLessThanOrEqualTo(1.1 * median(alone));
  }

  @Test
  void keepsATenantsPaceWhileAnotherFloods() {
    // Given
    CaWorker worker = worker("lying", Duration.ofMillis(60));
    List<Long> alone = new ArrayList<>();
    List<Long> besides = new ArrayList<>();
    List<SubmissionDraft> flood = drafts("lying", "default", 5000);
    twoDevices(worker);
    for (int round = 0; round < 40; round++) {
      alone.add(twoDevices(worker));
    }

    // When
    desk.takeAll(flood);
    worker.nudge();
    for (int round = 0; round < 40; round++) {
      besides.add(twoDevices(worker));
    }

    // Then
    System.out.printf(
        "isolation of tenants: p95 alone %d ms, besides %d ms%n", p95(alone), p95(besides));
    assertThat(
            desk.count("select count(*) from ca_command where ca_id = 'lying' and state = 'READY'"))
        .isPositive();
    assertThat(p95(besides)).isLessThanOrEqualTo(2 * p95(alone));
  }

  /** How long the slower of two devices of the other tenant waits. */
  private long twoDevices(CaWorker worker) {
    return serve(worker, drafts("lying", "other", 2), 1.0);
  }

  private static long p95(List<Long> values) {
    return values.stream().sorted().toList().get(values.size() * 95 / 100);
  }
}
