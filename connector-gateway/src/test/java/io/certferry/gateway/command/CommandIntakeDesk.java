package io.certferry.gateway.command;

import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand;
import io.certferry.messaging.Cause;
import io.certferry.messaging.EventIds;
import io.certferry.messaging.InboundEvent;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gives a command to the intake as the consumer does. */
public final class CommandIntakeDesk {

  private CommandIntakeDesk() {}

  public static void take(Pool pool, CommandIntake intake, String tenant, CaCommand command) {
    takeAll(pool, intake, Map.of(tenant, List.of(command)));
  }

  /** By tenant, in one transaction. */
  public static void takeAll(
      Pool pool, CommandIntake intake, Map<String, List<CaCommand>> commands) {
    List<InboundEvent<?>> events = new ArrayList<>();
    commands.forEach((tenant, own) -> own.forEach(command -> events.add(event(tenant, command))));
    pool.withTransaction(tx -> intake.handle(tx, events)).await().indefinitely();
  }

  private static InboundEvent<?> event(String tenant, CaCommand command) {
    return new InboundEvent<>(
        EventIds.next(),
        EventTypes.nameOf(command),
        tenant,
        command.requestId().toString(),
        Topics.caCommands(command.caId()),
        0,
        0,
        null,
        Cause.fresh(),
        Instant.now(),
        command);
  }
}
