package io.certferry.issuance.request;

import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.issuance.grant.GrantCheck;
import io.certferry.issuance.rows.Cells;
import io.certferry.issuance.rows.Columns;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.Inbox;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.PreparedHandler;
import io.certferry.messaging.Refusal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Commands become rows, in batches. A grant that this service does not believe never takes a
 * natural key: the command goes to the dead letters. A command for a known natural key makes no
 * second request ({@link Repeats}).
 */
@Singleton
class RequestIntake implements PreparedHandler<RequestIntake.Batch> {

  private static final String INSERT =
      """
      insert into request (request_id, tenant, device_id, subject, profile_id, item, generation, kind,
        state, stage, deadline, platform, correlation_id, causation_id, traceparent)
      select request_id, tenant, device_id, subject, profile_id, item, generation, kind,
        'ACCEPTED', stage, now() + make_interval(secs => deadline), platform, correlation_id, causation_id, traceparent
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::int[], $8::text[],
          $9::text[], $10::float8[], $11::text[], $12::text[], $13::text[], $14::text[])
        as c (request_id, tenant, device_id, subject, profile_id, item, generation, kind,
          stage, deadline, platform, correlation_id, causation_id, traceparent)
      order by request_id
      on conflict do nothing
      returning request_id, accepted_at
      """;

  private static final String INSERT_GRANTS =
      """
      insert into request_grant (request_id, grant_jws, device_certificate)
      select * from unnest($1::uuid[], $2::text[], $3::bytea[])
      """;

  /** As PostgreSQL orders uuids: by their bytes, unsigned. */
  private static final Comparator<Command> BY_ROW =
      Comparator.comparing(command -> command.requestId().toString());

  private final GrantCheck grants;
  private final Schedule schedule;
  private final Inbox inbox;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final Repeats repeats;

  RequestIntake(
      GrantCheck grants,
      Schedule schedule,
      Inbox inbox,
      Outbox outbox,
      AuditTrail audit,
      Repeats repeats) {
    this.grants = grants;
    this.schedule = schedule;
    this.inbox = inbox;
    this.outbox = outbox;
    this.audit = audit;
    this.repeats = repeats;
  }

  /** Commands whose grants hold, and the others. */
  record Batch(List<Command> commands, List<Refusal> refusals) {}

  @Override
  public Uni<Batch> prepare(List<InboundEvent<?>> events) {
    return Uni.createFrom()
        .item(() -> prove(events))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  @Override
  public Uni<List<Refusal>> apply(SqlConnection tx, Batch batch) {
    List<UUID> ids = batch.commands().stream().map(command -> command.event().id()).toList();
    return inbox
        .accept(tx, RequestConsumer.GROUP, ids)
        .flatMap(fresh -> take(tx, fresh(batch.commands(), fresh)))
        .map(
            refused -> {
              List<Refusal> all = new ArrayList<>(batch.refusals());
              all.addAll(refused);
              return all;
            });
  }

  private Batch prove(List<InboundEvent<?>> events) {
    List<Command> commands = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    for (InboundEvent<?> event : events) {
      Optional<Command.Unproven> unproven = Command.Unproven.of(event);
      if (unproven.isEmpty()) {
        refusals.add(new Refusal(event, "unexpected-type", "no command for this service"));
      } else {
        prove(unproven.get(), commands, refusals);
      }
    }
    return new Batch(commands, refusals);
  }

  private void prove(Command.Unproven command, List<Command> commands, List<Refusal> refusals) {
    if (!command.isConsistent()) {
      refusals.add(
          new Refusal(
              command.event(), "inconsistent", "key, tenant header and natural key disagree"));
      return;
    }
    Optional<Grant> grant = grants.again(command.grantJws());
    if (grant.isEmpty()) {
      refusals.add(
          new Refusal(command.event(), "grant-untrusted", "the grant's signature is refused"));
    } else if (!isAbout(grant.get(), command)) {
      refusals.add(
          new Refusal(command.event(), "grant-mismatch", "the grant is for another request"));
    } else {
      commands.add(command.proven(grant.get()));
    }
  }

  private static boolean isAbout(Grant grant, Command.Unproven command) {
    return grant.requestId().equals(command.requestId())
        && grant.naturalKey().equals(command.naturalKey())
        && grant.kind().equals(command.kind());
  }

  private static List<Command> fresh(List<Command> commands, Set<UUID> fresh) {
    Set<UUID> left = new HashSet<>(fresh);
    return commands.stream().filter(command -> left.remove(command.event().id())).toList();
  }

  private Uni<List<Refusal>> take(SqlConnection tx, List<Command> commands) {
    Map<UUID, Command> first = new LinkedHashMap<>();
    commands.forEach(command -> first.putIfAbsent(command.requestId(), command));
    return insert(tx, List.copyOf(first.values()))
        .flatMap(
            inserted ->
                repeat(
                    tx,
                    commands.stream()
                        .filter(command -> !inserted.contains(command.event().id()))
                        .toList()));
  }

  /** The ids of the events that made a request. */
  private Uni<Set<UUID>> insert(SqlConnection tx, List<Command> commands) {
    if (commands.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return tx.preparedQuery(INSERT)
        .execute(
            Columns.of(commands)
                .uuid(Command::requestId)
                .text(command -> command.naturalKey().tenant())
                .text(command -> command.naturalKey().deviceId())
                .text(command -> command.naturalKey().subject())
                .uuid(command -> command.naturalKey().profileId())
                .text(command -> command.naturalKey().item())
                .integer(command -> command.naturalKey().generation())
                .text(Command::kind)
                .text(command -> Repeats.firstStage(command.kind()).name())
                .seconds(command -> schedule.deadline(RequestState.ACCEPTED))
                .text(command -> command.grant().device().platform())
                .text(command -> command.cause().correlationId())
                .text(command -> command.cause().causationId())
                .text(command -> command.cause().traceparent())
                .tuple())
        .map(RequestIntake::acceptedAt)
        .flatMap(accepted -> complete(tx, commands, accepted));
  }

  private static Map<UUID, Instant> acceptedAt(RowSet<Row> rows) {
    Map<UUID, Instant> accepted = new HashMap<>();
    rows.forEach(row -> accepted.put(row.getUUID("request_id"), Cells.instant(row, "accepted_at")));
    return accepted;
  }

  private Uni<Set<UUID>> complete(
      SqlConnection tx, List<Command> commands, Map<UUID, Instant> accepted) {
    List<Command> inserted =
        commands.stream().filter(command -> accepted.containsKey(command.requestId())).toList();
    if (inserted.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return tx.preparedQuery(INSERT_GRANTS)
        .execute(
            Columns.of(inserted)
                .uuid(Command::requestId)
                .text(Command::grantJws)
                .bytes(Command::deviceCertificate)
                .tuple())
        .chain(
            () ->
                outbox.append(
                    tx, inserted.stream().map(c -> accepted(c, accepted).event()).toList()))
        .chain(() -> audit.append(tx, inserted.stream().map(RequestIntake::entry).toList()))
        .replaceWith(
            inserted.stream().map(command -> command.event().id()).collect(Collectors.toSet()));
  }

  private static Progress accepted(Command command, Map<UUID, Instant> accepted) {
    Instant at = accepted.getOrDefault(command.requestId(), command.event().time());
    return new Progress(
        command.requestId(),
        command.naturalKey(),
        RequestState.ACCEPTED,
        1,
        null,
        null,
        null,
        command.grant().device().platform(),
        at,
        at,
        at,
        command.cause());
  }

  private static AuditEntry entry(Command command) {
    return new AuditEntry(
        command.naturalKey().tenant(),
        "request.accepted",
        "profile-service",
        "request/" + command.requestId(),
        Map.of(
            "deviceId", command.naturalKey().deviceId(),
            "profileId", command.naturalKey().profileId().toString(),
            "generation", Integer.toString(command.naturalKey().generation()),
            "kind", command.kind(),
            "grantSha256", JwsKeys.sha256Hex(command.grantJws())));
  }

  /** In the order in which the stages lock their rows, so that neither waits for the other. */
  private Uni<List<Refusal>> repeat(SqlConnection tx, List<Command> commands) {
    return Multi.createFrom()
        .iterable(commands.stream().sorted(BY_ROW).toList())
        .onItem()
        .transformToUniAndConcatenate(command -> repeats.handle(tx, command))
        .filter(Optional::isPresent)
        .map(Optional::get)
        .collect()
        .asList();
  }
}
