package io.certferry.revocation.inventory;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;

/**
 * Makes what concerns one device a single file, across topics and instances: a lifecycle event and
 * a certificate that cross each other are seen by whichever comes second. Locks are taken in one
 * order and end with the transaction.
 */
public final class Locks {

  private static final String DEVICES =
      """
      select pg_advisory_xact_lock(k)::text from (
        select distinct hashtextextended(name, 0) as k from unnest($1::text[]) as n (name) order by k
      ) as keys
      """;

  private Locks() {}

  /** Waits for the devices of one tenant or several, each given as {@code tenant/device}. */
  public static Uni<Void> devices(SqlConnection tx, Collection<String> keys) {
    List<String> sorted = keys.stream().distinct().toList();
    return sorted.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(DEVICES)
            .execute(Tuple.of(sorted.toArray(String[]::new)))
            .replaceWithVoid();
  }
}
