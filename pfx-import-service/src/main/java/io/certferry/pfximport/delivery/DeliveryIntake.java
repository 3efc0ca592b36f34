package io.certferry.pfximport.delivery;

import io.certferry.contracts.event.DeliverImport;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
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
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Commands become rows, in batches. A grant that this service does not believe never takes a
 * natural key: the command goes to the dead letters. A command for a known natural key never
 * delivers twice: it moves what waits, hands the same bytes over again, or emits the recorded
 * failure again.
 */
@Singleton
class DeliveryIntake implements PreparedHandler<DeliveryIntake.Batch> {

  private final GrantCheck grants;
  private final DeliveryTable table;
  private final Inbox inbox;
  private final Outbox outbox;
  private final AuditTrail audit;

  DeliveryIntake(
      GrantCheck grants, DeliveryTable table, Inbox inbox, Outbox outbox, AuditTrail audit) {
    this.grants = grants;
    this.table = table;
    this.inbox = inbox;
    this.outbox = outbox;
    this.audit = audit;
  }

  /** Commands whose grants hold, and the others. */
  record Batch(List<Command> commands, List<Refusal> refusals) {}

  @Override
  public Uni<Batch> prepare(List<InboundEvent<?>> events) {
    return Uni.createFrom()
        .item(() -> prove(events))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private Batch prove(List<InboundEvent<?>> events) {
    Batch batch = new Batch(new ArrayList<>(), new ArrayList<>());
    events.forEach(event -> prove(event, batch));
    return batch;
  }

  private void prove(InboundEvent<?> event, Batch batch) {
    if (!(event.payload() instanceof DeliverImport body)) {
      batch.refusals().add(new Refusal(event, "unexpected-type", "no command for this service"));
    } else if (!Command.isConsistent(event, body)) {
      batch
          .refusals()
          .add(new Refusal(event, "inconsistent", "key, tenant and natural key disagree"));
    } else {
      prove(event, body, batch);
    }
  }

  private void prove(InboundEvent<?> event, DeliverImport body, Batch batch) {
    Optional<Grant> grant = grants.read(body.grant());
    if (grant.isEmpty()) {
      batch
          .refusals()
          .add(new Refusal(event, "grant-untrusted", "the grant's signature is refused"));
    } else if (!GrantCheck.isAbout(grant.get(), body.requestId(), body.naturalKey())) {
      batch.refusals().add(new Refusal(event, "grant-mismatch", "the grant is for something else"));
    } else {
      batch.commands().add(new Command(event, body, grant.get()));
    }
  }

  @Override
  public Uni<List<Refusal>> apply(SqlConnection tx, Batch batch) {
    List<UUID> ids = batch.commands().stream().map(command -> command.event().id()).toList();
    return inbox
        .accept(tx, DeliveryConsumer.GROUP, ids)
        .chain(fresh -> take(tx, fresh(batch.commands(), fresh)))
        .map(refused -> together(batch.refusals(), refused));
  }

  private static List<Refusal> together(List<Refusal> first, List<Refusal> second) {
    List<Refusal> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static List<Command> fresh(List<Command> commands, Set<UUID> fresh) {
    Set<UUID> left = new HashSet<>(fresh);
    return commands.stream().filter(command -> left.remove(command.event().id())).toList();
  }

  private Uni<List<Refusal>> take(SqlConnection tx, List<Command> commands) {
    if (commands.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    Map<UUID, Command> first = new LinkedHashMap<>();
    commands.forEach(command -> first.putIfAbsent(command.requestId(), command));
    return table
        .insert(tx, List.copyOf(first.values()))
        .call(inserted -> recorded(tx, first, inserted))
        .chain(inserted -> repeat(tx, repeated(commands, first, inserted)));
  }

  private static List<Command> repeated(
      List<Command> commands, Map<UUID, Command> first, Set<UUID> inserted) {
    return commands.stream()
        .filter(
            command ->
                !inserted.contains(command.requestId())
                    || first.get(command.requestId()) != command)
        .toList();
  }

  private Uni<Void> recorded(SqlConnection tx, Map<UUID, Command> first, Set<UUID> inserted) {
    return audit.append(
        tx,
        first.values().stream()
            .filter(command -> inserted.contains(command.requestId()))
            .map(DeliveryIntake::entry)
            .toList());
  }

  private static AuditEntry entry(Command command) {
    return new AuditEntry(
        command.naturalKey().tenant(),
        "delivery.accepted",
        "profile-service",
        "request/" + command.requestId(),
        Map.of(
            "deviceId", command.naturalKey().deviceId(),
            "importId", command.importId().toString(),
            "thumbprint", command.naturalKey().item(),
            "generation", Integer.toString(command.naturalKey().generation()),
            "grantSha256", JwsKeys.sha256Hex(command.grantJws())));
  }

  private Uni<List<Refusal>> repeat(SqlConnection tx, List<Command> commands) {
    return Multi.createFrom()
        .iterable(commands)
        .onItem()
        .transformToUniAndConcatenate(command -> repeat(tx, command))
        .filter(Optional::isPresent)
        .map(Optional::get)
        .collect()
        .asList();
  }

  private Uni<Optional<Refusal>> repeat(SqlConnection tx, Command command) {
    return table
        .lock(tx, command)
        .chain(
            found -> {
              Delivery row = found.orElseThrow();
              if (!row.requestId().equals(command.requestId())
                  || !row.naturalKey().equals(command.naturalKey())) {
                return refusal(command);
              }
              return repeat(tx, command, row).replaceWith(Optional.empty());
            });
  }

  private static Uni<Optional<Refusal>> refusal(Command command) {
    return Uni.createFrom()
        .item(
            Optional.of(
                new Refusal(
                    command.event(),
                    "natural-key-taken",
                    "request id and natural key belong to different deliveries")));
  }

  private Uni<Void> repeat(SqlConnection tx, Command command, Delivery row) {
    boolean sameKey = row.deviceKeySha256().equals(command.grant().deviceKeySha256());
    return switch (row.state()) {
      case WAITING ->
          sameKey && !isStalled(row)
              ? Uni.createFrom().voidItem()
              : table.anew(tx, row.requestId(), command);
      case PACKAGED, HANDED_OVER ->
          sameKey && row.packageBody() != null
              ? table.again(tx, row.requestId())
              : table.anew(tx, row.requestId(), command);
      case FAILED ->
          sameKey && !isReplaced(row, command)
              ? outbox.append(tx, List.of(row.failure(command.cause())))
              : table.anew(tx, row.requestId(), command);
    };
  }

  /** Whether only a command like this one can move it. */
  private static boolean isStalled(Delivery row) {
    String reason = row.reason();
    return reason != null && reason.startsWith("grant-");
  }

  /** Whether there is another import, or another version of it, than the one that failed. */
  private static boolean isReplaced(Delivery row, Command command) {
    return !row.importId().equals(command.importId())
        || (row.currentVersion() != null && !row.currentVersion().equals(row.importVersion()));
  }
}
