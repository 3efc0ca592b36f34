package io.certferry.gateway.attempt;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandState;
import io.certferry.gateway.policy.Refusal;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about a request: what is recorded is announced again, and what is open is
 * looked into now. Blocking.
 */
@ApplicationScoped
class Queries {

  private static final Logger LOG = Logger.getLogger(Queries.class);

  private static final String RECORDED =
      """
      select result_type, result from ca_command
      where kind = 'SUBMIT' and id = $1 and tenant = $2 and ca_id = $3 and result_type is not null
      """;

  private static final String LOOK_NOW =
      """
      update ca_command set next_attempt_at = now()
      where kind = 'SUBMIT' and id = $1 and tenant = $2 and ca_id = $3 and state = 'WAITING'
        and action in ('POLL', 'RECONCILE')
      """;

  private static final String POLL_NOW =
      """
      update ca_command set next_attempt_at = now()
      where ca_id = $1 and ca_request_id = $2 and kind = 'SUBMIT' and state = 'WAITING' and action = 'POLL'
      """;

  private final Pool pool;

  Queries(Pool pool) {
    this.pool = pool;
  }

  Verdict answer(ClaimedCommand claimed, Optional<Refusal> refusal) {
    if (refusal.isPresent()) {
      LOG.warnf(
          "event=query-refused requestId=%s code=%s message=\"%s\"",
          claimed.command().requestId(), refusal.get().code(), refusal.get().message());
      return Verdict.becoming(CommandState.DONE, Action.QUERY).build();
    }
    Tuple request = Tuple.of(claimed.command().requestId(), claimed.tenant(), claimed.caId());
    pool.preparedQuery(LOOK_NOW).execute(request).await().indefinitely();
    return Verdict.becoming(CommandState.DONE, Action.QUERY).result(recorded(request)).build();
  }

  private @Nullable CaResult recorded(Tuple request) {
    for (Row row : pool.preparedQuery(RECORDED).execute(request).await().indefinitely()) {
      Class<?> type = EventTypes.classOf(row.getString("result_type")).orElseThrow();
      return (CaResult) ContractJson.read(row.getBuffer("result").getBytes(), type);
    }
    return null;
  }

  /** A manager decided: the request is asked about at once. */
  void pollNow(String caId, String caRequestId) {
    pool.preparedQuery(POLL_NOW).execute(Tuple.of(caId, caRequestId)).await().indefinitely();
  }
}
