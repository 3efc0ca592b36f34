package io.certferry.gateway.attempt;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.ca.ReachableCa;
import io.certferry.gateway.command.CommandIntake;
import io.certferry.gateway.command.CommandIntakeDesk;
import io.certferry.gateway.driver.lying.LyingDriver;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.ca.LyingCa;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Drives the gateway by hand: takes commands in, runs rounds to the end, lets time pass, reads what
 * was announced.
 */
@Singleton
public class Desk {

  private final Pool pool;
  private final CommandIntake intake;
  private final CaWorkers workers;
  private final CaDirectory cas;
  private final OutcomeLedger outcomes;

  Desk(
      Pool pool, CommandIntake intake, CaWorkers workers, CaDirectory cas, OutcomeLedger outcomes) {
    this.pool = pool;
    this.intake = intake;
    this.workers = workers;
    this.cas = cas;
    this.outcomes = outcomes;
  }

  /** Leaves nothing of other tests that would meet this one's lies. */
  public void beginAfresh() {
    execute("delete from ca_command where state <> 'DONE'");
    lyingCa().forgetLies();
    lyingDriver().searchable(true);
  }

  /** As if it had come from Kafka under a fresh event id. */
  public void take(SubmissionDraft draft) {
    take(draft.tenant, draft.command());
  }

  public void take(String tenant, CaCommand command) {
    CommandIntakeDesk.take(pool, intake, tenant, command);
  }

  /** Many at once, in one transaction. */
  void takeAll(List<SubmissionDraft> drafts) {
    CommandIntakeDesk.takeAll(
        pool,
        intake,
        drafts.stream().collect(Collectors.groupingBy(draft -> draft.tenant)).entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry ->
                        entry.getValue().stream()
                            .<CaCommand>map(SubmissionDraft::command)
                            .toList())));
  }

  /** Runs rounds until nothing is left to do now. */
  public void settle() {
    do {
      while (workers.runOnce() > 0 || isBusy()) {
        Thread.onSpinWait();
      }
      // What ended between the two looks may have left more to do.
    } while (workers.runOnce() > 0);
  }

  /** Waits until no call is in progress. */
  void awaitCalls() {
    while (isBusy()) {
      Thread.onSpinWait();
    }
  }

  private boolean isBusy() {
    return count(
            "select count(*) from ca_command where state in ('CLAIMED', 'SUBMITTING') and"
                + " lease_until > now()")
        > 0;
  }

  /** The clock of what waits, and of when absence counts, runs on. */
  public void letTimePass(int seconds) {
    pool.preparedQuery(
            """
            update ca_command set next_attempt_at = next_attempt_at - make_interval(secs => $1),
              absence_counts_from = absence_counts_from - make_interval(secs => $1),
              lease_until = lease_until - make_interval(secs => $1)
            """)
        .execute(Tuple.of((double) seconds))
        .await()
        .indefinitely();
  }

  /** What was announced about a request, oldest first. */
  public List<CaResult> announced(UUID requestId) {
    List<CaResult> results = new ArrayList<>();
    for (Row row :
        pool.preparedQuery(
                "select event_type, payload from outbox where record_key = $1 and topic ="
                    + " 'certferry.ca.results.events.v1' order by id")
            .execute(Tuple.of(requestId.toString()))
            .await()
            .indefinitely()) {
      Class<?> type = EventTypes.classOf(row.getString("event_type")).orElseThrow();
      results.add((CaResult) ContractJson.read(row.getBuffer("payload").getBytes(), type));
    }
    return results;
  }

  /** The last thing announced, which must be of this kind. */
  public <T extends CaResult> T last(UUID requestId, Class<T> type) {
    List<CaResult> all = announced(requestId);
    return type.cast(all.get(all.size() - 1));
  }

  public long count(String sql, Object... parameters) {
    return pool.preparedQuery(sql)
        .execute(Tuple.from(parameters))
        .await()
        .indefinitely()
        .iterator()
        .next()
        .getLong(0);
  }

  public String text(String sql, Object... parameters) {
    return pool.preparedQuery(sql)
        .execute(Tuple.from(parameters))
        .await()
        .indefinitely()
        .iterator()
        .next()
        .getString(0);
  }

  public void execute(String sql, Object... parameters) {
    pool.preparedQuery(sql).execute(Tuple.from(parameters)).await().indefinitely();
  }

  public LyingDriver lyingDriver() {
    return (LyingDriver) cas.find("lying").orElseThrow().driver();
  }

  public LyingCa lyingCa() {
    return lyingDriver().ca();
  }

  ReachableCa ca(String caId) {
    return cas.find(caId).orElseThrow();
  }

  OutcomeLedger outcomes() {
    return outcomes;
  }

  CaWorkers workers() {
    return workers;
  }
}
