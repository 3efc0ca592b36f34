package io.certferry.messaging;

import io.certferry.contracts.metric.MessagingMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Which events have had their effect: an id is written first thing in the transaction of the
 * effect.
 */
@Singleton
public class Inbox {

  /**
   * Sorted, so that two transactions with the same ids wait for each other instead of deadlocking.
   */
  private static final String ACCEPT =
      """
      insert into inbox (consumer, event_id)
      select $1, id from unnest($2::uuid[]) as id order by id
      on conflict do nothing
      returning event_id
      """;

  private static final String PRUNE =
      """
      delete from inbox where ctid = any(array(
        select ctid from inbox where accepted_at < now() - make_interval(secs => $1) limit $2))
      """;

  private final Counter duplicates;

  public Inbox(MeterRegistry metrics) {
    this.duplicates = Meters.counter(metrics, MessagingMetrics.INBOX_DUPLICATES);
  }

  /**
   * Records the ids as accepted by this consumer, if the transaction commits.
   *
   * @param consumer names the effect; the same event may be accepted once by each consumer
   * @return the ids that are new
   */
  public Uni<Set<UUID>> accept(SqlConnection tx, String consumer, Collection<UUID> ids) {
    if (ids.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return tx.preparedQuery(ACCEPT)
        .execute(Tuple.of(consumer, ids.toArray(UUID[]::new)))
        .map(Inbox::ids)
        .invoke(fresh -> duplicates.increment(ids.size() - fresh.size()));
  }

  /**
   * Deletes at most {@code limit} ids accepted longer ago than {@code keepFor}. An event that comes
   * again after that meets the natural keys, which every handler honours too.
   *
   * @return how many were deleted
   */
  public Uni<Integer> prune(SqlConnection tx, Duration keepFor, int limit) {
    return tx.preparedQuery(PRUNE)
        .execute(Tuple.of((double) keepFor.toSeconds(), limit))
        .map(RowSet::rowCount);
  }

  private static Set<UUID> ids(RowSet<Row> rows) {
    Set<UUID> ids = new HashSet<>();
    rows.forEach(row -> ids.add(row.getUUID(0)));
    return ids;
  }
}
