package io.certferry.gateway.attempt;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CaCommand;
import io.certferry.gateway.attempt.CertificateLedger.Entry;
import io.certferry.gateway.command.Action;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandId;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandState;
import io.certferry.messaging.Cause;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What somebody found at a CA with a key of ours, long after the answer. */
@ApplicationScoped
public class SurplusCertificates {

  private static final String REQUESTS =
      "select id, tenant, attempts, payload, correlation_id from ca_command where kind = 'SUBMIT'"
          + " and id = any($1)";

  private static final String LOOK_NOW =
      """
      update ca_command set next_attempt_at = now()
      where kind = 'SUBMIT' and id = any($1) and state = 'WAITING' and action in ('RECONCILE', 'POLL')
      """;

  private final CertificateLedger certificates;

  SurplusCertificates(CertificateLedger certificates) {
    this.certificates = certificates;
  }

  /**
   * A certificate that its request does not keep.
   *
   * @param certificate DER
   */
  public record Surplus(UUID requestId, Bytes certificate, @Nullable String caRequestId) {}

  /** Records certificates of finished requests and orders their revocation. */
  public Uni<Void> takeBack(SqlConnection tx, List<Surplus> surplus) {
    if (surplus.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(REQUESTS)
        .execute(ids(surplus.stream().map(Surplus::requestId).toList()))
        .chain(rows -> certificates.revoke(tx, entries(surplus, rows)));
  }

  /** Open requests that wait look for their outcome at once, and adopt what they find. */
  public Uni<Void> lookNow(SqlConnection tx, Collection<UUID> requests) {
    return requests.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(LOOK_NOW).execute(ids(requests)).replaceWithVoid();
  }

  private static Tuple ids(Collection<UUID> requests) {
    return Tuple.tuple().addArrayOfUUID(requests.toArray(UUID[]::new));
  }

  private static List<Entry> entries(List<Surplus> surplus, Iterable<Row> rows) {
    Map<UUID, Recorded> requests = new HashMap<>();
    rows.forEach(row -> requests.put(row.getUUID("id"), recorded(row)));
    List<Entry> entries = new ArrayList<>();
    for (Surplus one : surplus) {
      Recorded request = Objects.requireNonNull(requests.get(one.requestId()));
      HeldCertificate.of(one.certificate(), one.caRequestId())
          .ifPresent(held -> entries.add(new Entry(request, held, "extra")));
    }
    return entries;
  }

  private static Recorded recorded(Row request) {
    CaCommand.SubmitCsr command =
        ContractJson.read(request.getBuffer("payload").getBytes(), CaCommand.SubmitCsr.class);
    ClaimedCommand claimed =
        new ClaimedCommand(
            new CommandId(CommandKind.SUBMIT, request.getUUID("id")),
            command,
            request.getString("tenant"),
            Action.RECONCILE,
            0,
            request.getInteger("attempts"),
            0,
            0,
            null,
            false,
            false,
            null,
            false,
            false,
            false,
            Cause.withCorrelationId(request.getString("correlation_id")),
            Instant.EPOCH,
            Instant.EPOCH);
    return new Recorded(
        claimed, claimed.attempts(), Verdict.becoming(CommandState.DONE, Action.RECONCILE).build());
  }
}
