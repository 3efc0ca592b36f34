package io.certferry.revocation.view;

import io.certferry.contracts.metric.RevocationMetricNames;
import io.certferry.messaging.Meters;
import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.policy.Priority;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The same as the views, as gauges that are read from the database every few seconds. */
@Singleton
public class RevocationGauges {

  private static final String NONE = "none";
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final StateQueries states;
  private final InstantSource clock;
  private final MultiGauge open;
  private final MultiGauge oldest;
  private final MultiGauge listAge;
  private final MultiGauge listProblem;
  private final MultiGauge directoryProblem;
  private final AtomicLong unrevoked = new AtomicLong();
  private final AtomicLong oldestUnrevoked = new AtomicLong();
  private final WorkLoop loop;

  RevocationGauges(StateQueries states, MeterRegistry metrics, InstantSource clock) {
    this.states = states;
    this.clock = clock;
    this.open = Meters.rows(metrics, RevocationMetricNames.OPEN);
    this.oldest = Meters.rows(metrics, RevocationMetricNames.OLDEST);
    this.listAge = Meters.rows(metrics, RevocationMetricNames.LIST_AGE);
    this.listProblem = Meters.rows(metrics, RevocationMetricNames.LIST_PROBLEM);
    this.directoryProblem = Meters.rows(metrics, RevocationMetricNames.DIRECTORY_PROBLEM);
    Meters.gauge(metrics, RevocationMetricNames.UNREVOKED, unrevoked::get);
    Meters.gauge(metrics, RevocationMetricNames.UNREVOKED_OLDEST, oldestUnrevoked::get);
    this.loop = new WorkLoop("revocation-gauges", 1, EVERY, this::readOnce);
  }

  void onStart(@Observes StartupEvent event) {
    loop.start();
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** Reads once; returns 0. */
  public int readOnce() {
    Instant now = clock.instant();
    List<StateQueries.Open> rows = states.open(null).await().indefinitely();
    readOpen(rows, now);
    readLists(states.lists().await().indefinitely(), now);
    readDirectories(states.directories(null).await().indefinitely());
    StateQueries.UnrevokedCount count = states.unrevoked(null).await().indefinitely();
    unrevoked.set(count.count());
    oldestUnrevoked.set(count.oldestEndedAt() == null ? 0 : age(count.oldestEndedAt(), now));
    return 0;
  }

  private void readOpen(List<StateQueries.Open> rows, Instant now) {
    List<MultiGauge.Row<?>> counts = new ArrayList<>();
    List<MultiGauge.Row<?>> ages = new ArrayList<>();
    for (StateQueries.Open row : rows) {
      String[] labels = {row.caId(), row.state(), Priority.ofNumber(row.priority()).code()};
      counts.add(Meters.row(RevocationMetricNames.OPEN, row.count(), labels));
      ages.add(Meters.row(RevocationMetricNames.OLDEST, age(row.oldestOrderedAt(), now), labels));
    }
    open.register(counts, true);
    oldest.register(ages, true);
  }

  private void readLists(List<StateQueries.CaList> lists, Instant now) {
    List<MultiGauge.Row<?>> ages = new ArrayList<>();
    List<MultiGauge.Row<?>> problems = new ArrayList<>();
    for (StateQueries.CaList list : lists) {
      Instant made = list.thisUpdate();
      if (made != null) {
        ages.add(Meters.row(RevocationMetricNames.LIST_AGE, age(made, now), list.caId()));
      }
      String problem = list.problem();
      problems.add(
          Meters.row(
              RevocationMetricNames.LIST_PROBLEM,
              problem == null ? 0 : 1,
              list.caId(),
              problem == null ? NONE : problem));
    }
    listAge.register(ages, true);
    listProblem.register(problems, true);
  }

  private void readDirectories(List<StateQueries.Directory> directories) {
    Map<String, Long> problems =
        directories.stream()
            .map(directory -> directory.problem() == null ? NONE : directory.problem())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    rows.add(Meters.row(RevocationMetricNames.DIRECTORY_PROBLEM, 0, NONE));
    problems.forEach(
        (problem, count) -> {
          if (!problem.equals(NONE)) {
            rows.add(Meters.row(RevocationMetricNames.DIRECTORY_PROBLEM, count, problem));
          }
        });
    directoryProblem.register(rows, true);
  }

  private static long age(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toSeconds());
  }
}
