package io.certferry.messaging;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;

/**
 * An effect that is worked out before the transaction which writes it, so that no transaction is
 * open while keys are used or much is computed. Both steps are run again, with the same or fewer
 * events, when the transaction could not commit; {@link RetryLaterException} from the second asks
 * for that when what the first read is no longer so.
 *
 * @param <P> what the first step hands to the second
 */
public interface PreparedHandler<P> {

  /**
   * Reads and computes; writes nothing. Called on an event loop: long work belongs on a worker
   * pool.
   *
   * @param events at least one, in their order
   */
  Uni<P> prepare(List<InboundEvent<?>> events);

  /**
   * Writes, on an event loop, in the transaction that takes the events in.
   *
   * @return events that can never take effect: they go to the dead letters in the same transaction
   */
  Uni<List<Refusal>> apply(SqlConnection tx, P prepared);
}
