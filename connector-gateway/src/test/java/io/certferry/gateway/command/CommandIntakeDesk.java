package io.certferry.gateway.command;

import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand;
import io.certferry.messaging.Cause;
import io.certferry.messaging.EventIds;
import io.certferry.messaging.InboundEvent;
import io.vertx.mutiny.sqlclient.Pool;
import java.time.Instant;
import java.util.List;

/** Gives a command to the intake as the consumer does. */
public final class CommandIntakeDesk {

  private CommandIntakeDesk() {}

  public static void take(Pool pool, CommandIntake intake, String tenant, CaCommand command) {
    InboundEvent<?> event =
        new InboundEvent<>(
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
    pool.withTransaction(tx -> intake.handle(tx, List.of(event))).await().indefinitely();
  }
}
