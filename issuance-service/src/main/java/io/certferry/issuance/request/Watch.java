package io.certferry.issuance.request;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.issuance.grant.CommandSigner;
import io.certferry.issuance.grant.GrantCheck;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Requests whose answer did not come in time: Kafka may have been wiped, a connector restored. The
 * same CSR goes out again under a new event id with a fresh authorisation; a connector that has an
 * attempt for it answers with what it recorded. What is pending is never submitted again, only
 * asked after; so is what is being revoked while its certificate is still awaited.
 */
@Singleton
class Watch {

  private static final Logger LOG = Logger.getLogger(Watch.class);
  private static final int LIMIT = 100;

  private static final String CLAIM =
      RequestStore.claimWith(
          ", g.grant_jws, k.csr",
          "join request_grant g using (request_id) join request_key k using (request_id)");

  private final Pool pool;
  private final RequestStore requests;
  private final GrantCheck grants;
  private final CommandSigner signer;
  private final RequestConfig config;
  private final Outbox outbox;

  Watch(
      Pool pool,
      RequestStore requests,
      GrantCheck grants,
      CommandSigner signer,
      RequestConfig config,
      Outbox outbox) {
    this.pool = pool;
    this.requests = requests;
    this.grants = grants;
    this.signer = signer;
    this.config = config;
    this.outbox = outbox;
  }

  void start(@Observes StartupEvent event, Stages stages) {
    stages.run(Stage.WATCH, new WorkLoop("watch", 1, config.watchEvery(), this::step));
  }

  private record Overdue(RequestRow row, String grantJws, byte[] csr) {
    static Overdue of(Row row) {
      return new Overdue(RequestRow.of(row), row.getString("grant_jws"), Cells.bytes(row, "csr"));
    }
  }

  private record Asked(Overdue overdue, @Nullable OutboundEvent command) {}

  /** Claims some and asks again; blocks. */
  int step() {
    List<Overdue> overdue = requests.claim(CLAIM, Stage.WATCH, LIMIT, Overdue::of);
    if (!overdue.isEmpty()) {
      List<Asked> asked = overdue.stream().map(this::ask).toList();
      pool.withTransaction(tx -> write(tx, asked)).await().indefinitely();
      outbox.nudge();
    }
    return overdue.size();
  }

  private Asked ask(Overdue overdue) {
    RequestRow row = overdue.row();
    LOG.infof(
        "event=asked-again tenant=%s requestId=%s caId=%s state=%s tries=%d",
        row.naturalKey().tenant(), row.requestId(), row.caId(), row.state(), row.tries());
    Optional<Grant> grant = grants.again(overdue.grantJws());
    String caId = row.caId();
    if (grant.isEmpty() || caId == null) {
      LOG.errorf("event=grant-not-readable requestId=%s", row.requestId());
      return new Asked(overdue, null);
    }
    Object command =
        row.state() == RequestState.PENDING_AT_CA || row.state() == RequestState.REVOKING
            ? query(row, caId)
            : submit(overdue, grant.get(), caId);
    return new Asked(
        overdue,
        new OutboundEvent(
            row.naturalKey().tenant(),
            Topics.caCommands(caId),
            row.requestId().toString(),
            command,
            row.cause()));
  }

  private CaCommand.QueryRequest query(RequestRow row, String caId) {
    return new CaCommand.QueryRequest(
        row.requestId(),
        caId,
        row.naturalKey(),
        signer.query(
            row.requestId(), row.naturalKey().tenant(), caId, config.authorizationLifetime()));
  }

  private CaCommand.SubmitCsr submit(Overdue overdue, Grant grant, String caId) {
    RequestRow row = overdue.row();
    String authorization =
        signer.submit(
            row.requestId(),
            row.naturalKey().tenant(),
            caId,
            overdue.grantJws(),
            overdue.csr(),
            config.authorizationLifetime());
    return new CaCommand.SubmitCsr(
        row.requestId(),
        caId,
        row.naturalKey(),
        overdue.grantJws(),
        Bytes.of(overdue.csr()),
        authorization,
        SubmitCommands.priority(grant),
        SubmitCommands.deadline(grant, row));
  }

  private Uni<Void> write(SqlConnection tx, List<Asked> asked) {
    List<RequestRow> rows = asked.stream().map(one -> one.overdue().row()).toList();
    return requests
        .hold(tx, rows)
        .flatMap(
            held ->
                outbox
                    .append(tx, commands(asked, held))
                    .chain(
                        () ->
                            requests.defer(
                                tx,
                                rows.stream()
                                    .filter(row -> held.contains(row.requestId()))
                                    .map(requests::askAgain)
                                    .toList())));
  }

  private static List<OutboundEvent> commands(List<Asked> asked, Set<UUID> held) {
    List<OutboundEvent> commands = new ArrayList<>();
    for (Asked one : asked) {
      OutboundEvent command = one.command();
      if (command != null && held.contains(one.overdue().row().requestId())) {
        commands.add(command);
      }
    }
    return commands;
  }
}
