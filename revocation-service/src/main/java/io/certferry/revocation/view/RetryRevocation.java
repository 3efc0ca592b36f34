package io.certferry.revocation.view;

import io.certferry.edge.ProblemException;
import io.certferry.revocation.order.Revocation;
import io.certferry.revocation.order.Transitions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;

/** Puts a revocation that failed or waits back into its queue. */
@Singleton
class RetryRevocation {

  private static final String RETRY =
      """
      update revocation r set state = 'waiting', state_reason = 'retry-ordered', state_detail = null,
        next_attempt_at = now(), attempts = 0, command_id = gen_random_uuid(), lease_until = null, version = r.version + 1
      where r.id = $1 and r.state in ('failed', 'waiting') and r.serial is not null
      """;

  private final Pool pool;
  private final Transitions transitions;

  RetryRevocation(Pool pool, Transitions transitions) {
    this.pool = pool;
    this.transitions = transitions;
  }

  /** Fails with 409 for one that neither failed nor waits. */
  Uni<Revocation> retry(Revocation revocation, String actor) {
    return pool.withTransaction(
            tx -> transitions.apply(tx, RETRY, Tuple.of(revocation.id()), actor))
        .map(
            changed -> {
              if (changed.isEmpty()) {
                throw ProblemException.conflict("it is " + revocation.state().code());
              }
              return changed.get(0);
            });
  }
}
