package io.certferry.revocation.view;

import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.policy.Priority;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The same as the views, as gauges that are read from the database every few seconds. */
@Singleton
public class RevocationGauges {

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
    this.open = gauge(metrics, "certferry.revocation.open", "Revocations that are not done", null);
    this.oldest =
        gauge(
            metrics,
            "certferry.revocation.oldest.pending",
            "Age of the oldest revocation that is not done",
            "seconds");
    this.listAge =
        gauge(metrics, "certferry.ca.list.age", "Time since a CA made its list", "seconds");
    this.listProblem =
        gauge(metrics, "certferry.ca.list.problem", "1 while a CA's list is not trusted", null);
    this.directoryProblem =
        gauge(metrics, "certferry.directory.problem", "1 while a directory is not read", null);
    metrics.gauge("certferry.revocation.unrevoked", unrevoked);
    metrics.gauge("certferry.revocation.unrevoked.oldest.seconds", oldestUnrevoked);
    this.loop = new WorkLoop("revocation-gauges", 1, EVERY, this::readOnce);
  }

  private static MultiGauge gauge(
      MeterRegistry metrics, String name, String description, @Nullable String unit) {
    return MultiGauge.builder(name).description(description).baseUnit(unit).register(metrics);
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
      Tags tags =
          Tags.of(
              "ca",
              row.caId(),
              "state",
              row.state(),
              "priority",
              Priority.ofNumber(row.priority()).code());
      counts.add(MultiGauge.Row.of(tags, row.count()));
      ages.add(MultiGauge.Row.of(tags, age(row.oldestOrderedAt(), now)));
    }
    open.register(counts, true);
    oldest.register(ages, true);
  }

  private void readLists(List<StateQueries.CaList> lists, Instant now) {
    List<MultiGauge.Row<?>> ages = new ArrayList<>();
    List<MultiGauge.Row<?>> problems = new ArrayList<>();
    for (StateQueries.CaList list : lists) {
      Tags tags = Tags.of("ca", list.caId());
      Instant made = list.thisUpdate();
      if (made != null) {
        ages.add(MultiGauge.Row.of(tags, age(made, now)));
      }
      String problem = list.problem();
      problems.add(
          MultiGauge.Row.of(
              tags.and("problem", problem == null ? "none" : problem), problem == null ? 0 : 1));
    }
    listAge.register(ages, true);
    listProblem.register(problems, true);
  }

  private void readDirectories(List<StateQueries.Directory> directories) {
    List<MultiGauge.Row<?>> problems = new ArrayList<>();
    for (StateQueries.Directory directory : directories) {
      String problem = directory.problem();
      problems.add(
          MultiGauge.Row.of(
              Tags.of("tenant", directory.tenant(), "problem", problem == null ? "none" : problem),
              problem == null ? 0 : 1));
    }
    directoryProblem.register(problems, true);
  }

  private static long age(Instant since, Instant now) {
    return Math.max(0, Duration.between(since, now).toSeconds());
  }
}
