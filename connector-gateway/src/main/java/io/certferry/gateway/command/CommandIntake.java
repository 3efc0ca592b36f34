package io.certferry.gateway.command;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Topics;
import io.certferry.messaging.InboundEvent;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes commands in. A command is one row however often it comes: when it comes again, what was
 * last announced about it is announced again; only a submission that was refused before any CA
 * heard of it starts anew, and only if it comes with another grant or CSR.
 */
@ApplicationScoped
public class CommandIntake {

  private static final String INSERT =
      """
      insert into ca_command (kind, id, request_id, ca_id, tenant, payload, payload_sha256, action, priority, deadline,
                              internal, correlation_id, causation_id, traceparent, search_first)
      select c.*, issuance_held(c.ca_id)
      from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::text[], $8::text[],
                           $9::int[], $10::timestamptz[], $11::bool[], $12::text[], $13::text[], $14::text[])
        as c (kind, id, request_id, ca_id)
      order by kind, id
      on conflict (kind, id) do nothing
      returning kind, id
      """;

  private static final String KNOWN =
      """
      select kind, id, tenant, ca_id, payload_sha256, state, attempts, internal, result_type, result
      from ca_command c
      join unnest($1::text[], $2::uuid[]) as k (kind, id) using (kind, id)
      order by kind, id
      for update of c
      """;

  private static final String REOPEN =
      """
      update ca_command c
      set payload = n.payload, payload_sha256 = n.payload_sha256, priority = n.priority, deadline = n.deadline,
          received_at = now(), state = 'READY', action = 'SUBMIT', failures = 0, claimed_at = null, finished_at = null,
          result_type = null, result = null
      from unnest($1::uuid[], $2::bytea[], $3::text[], $4::int[], $5::timestamptz[])
        as n (id, payload, payload_sha256, priority, deadline)
      where c.kind = 'SUBMIT' and c.id = n.id
      """;

  private final Outbox outbox;

  CommandIntake(Outbox outbox) {
    this.outbox = outbox;
  }

  /** The effect of a batch of events from a commands topic. */
  Uni<Void> handle(SqlConnection tx, List<InboundEvent<?>> events) {
    return take(tx, events.stream().map(NewCommand::of).toList());
  }

  /** Inserts what is new and answers what is not. */
  public Uni<Void> take(SqlConnection tx, List<NewCommand> commands) {
    Map<CommandId, NewCommand> repeated = new HashMap<>();
    commands.forEach(command -> repeated.put(command.id(), command));
    return tx.preparedQuery(INSERT)
        .execute(columns(commands))
        .invoke(rows -> rows.forEach(row -> repeated.remove(id(row))))
        .chain(() -> again(tx, repeated));
  }

  private Uni<Void> again(SqlConnection tx, Map<CommandId, NewCommand> repeated) {
    if (repeated.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(KNOWN)
        .execute(keys(List.copyOf(repeated.keySet())))
        .chain(rows -> answer(tx, rows, repeated));
  }

  private Uni<Void> answer(
      SqlConnection tx, RowSet<Row> rows, Map<CommandId, NewCommand> repeated) {
    List<NewCommand> reopened = new ArrayList<>();
    List<OutboundEvent> results = new ArrayList<>();
    for (Row row : rows) {
      NewCommand command = repeated.get(id(row));
      if (command == null || !isSameParty(row, command)) {
        continue;
      }
      if (startsAnew(row, command)) {
        reopened.add(command);
      } else {
        OutboundEvent result = recorded(row, command);
        if (result != null) {
          results.add(result);
        }
      }
    }
    return outbox.append(tx, results).chain(() -> reopen(tx, reopened));
  }

  /** The id of somebody else's command tells nothing. */
  private static boolean isSameParty(Row row, NewCommand command) {
    return row.getString("tenant").equals(command.tenant())
        && row.getString("ca_id").equals(command.command().caId())
        && !row.getBoolean("internal");
  }

  private static boolean startsAnew(Row row, NewCommand command) {
    return row.getString("kind").equals(CommandKind.SUBMIT.name())
        && row.getString("state").equals(CommandState.DONE.name())
        && row.getInteger("attempts") == 0
        && !row.getString("payload_sha256").equals(command.payloadSha256());
  }

  private static @Nullable OutboundEvent recorded(Row row, NewCommand command) {
    String type = row.getString("result_type");
    if (type == null) {
      return null;
    }
    Object result =
        ContractJson.read(
            row.getBuffer("result").getBytes(), EventTypes.classOf(type).orElseThrow());
    return new OutboundEvent(
        command.tenant(),
        Topics.CA_RESULTS,
        command.command().requestId().toString(),
        result,
        command.cause());
  }

  private static Uni<Void> reopen(SqlConnection tx, List<NewCommand> commands) {
    if (commands.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Tuple columns =
        Tuple.tuple()
            .addArrayOfUUID(each(commands, c -> c.id().id()).toArray(UUID[]::new))
            .addValue(each(commands, c -> Buffer.buffer(c.payload())).toArray(Buffer[]::new))
            .addArrayOfString(strings(commands, NewCommand::payloadSha256))
            .addArrayOfInteger(each(commands, NewCommand::priority).toArray(Integer[]::new))
            .addArrayOfOffsetDateTime(deadlines(commands));
    return tx.preparedQuery(REOPEN).execute(columns).replaceWithVoid();
  }

  private static Tuple columns(List<NewCommand> commands) {
    return Tuple.tuple()
        .addArrayOfString(strings(commands, c -> c.id().kind().name()))
        .addArrayOfUUID(each(commands, c -> c.id().id()).toArray(UUID[]::new))
        .addArrayOfUUID(each(commands, c -> c.command().requestId()).toArray(UUID[]::new))
        .addArrayOfString(strings(commands, c -> c.command().caId()))
        .addArrayOfString(strings(commands, NewCommand::tenant))
        .addValue(each(commands, c -> Buffer.buffer(c.payload())).toArray(Buffer[]::new))
        .addArrayOfString(strings(commands, NewCommand::payloadSha256))
        .addArrayOfString(strings(commands, c -> c.action().name()))
        .addArrayOfInteger(each(commands, NewCommand::priority).toArray(Integer[]::new))
        .addArrayOfOffsetDateTime(deadlines(commands))
        .addArrayOfBoolean(each(commands, NewCommand::internal).toArray(Boolean[]::new))
        .addArrayOfString(strings(commands, c -> c.cause().correlationId()))
        .addArrayOfString(strings(commands, c -> c.cause().causationId()))
        .addArrayOfString(strings(commands, c -> c.cause().traceparent()));
  }

  private static Tuple keys(List<CommandId> ids) {
    return Tuple.tuple()
        .addArrayOfString(ids.stream().map(id -> id.kind().name()).toArray(String[]::new))
        .addArrayOfUUID(ids.stream().map(CommandId::id).toArray(UUID[]::new));
  }

  private static CommandId id(Row row) {
    return new CommandId(CommandKind.valueOf(row.getString("kind")), row.getUUID("id"));
  }

  private static OffsetDateTime[] deadlines(List<NewCommand> commands) {
    return each(commands, c -> c.deadline().atOffset(ZoneOffset.UTC))
        .toArray(OffsetDateTime[]::new);
  }

  private static <T> List<T> each(List<NewCommand> commands, Function<NewCommand, T> column) {
    return commands.stream().map(column).toList();
  }

  private static String[] strings(
      List<NewCommand> commands, Function<NewCommand, @Nullable String> column) {
    return commands.stream().map(column).toArray(String[]::new);
  }
}
