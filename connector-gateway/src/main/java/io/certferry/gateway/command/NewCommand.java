package io.certferry.gateway.command;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand;
import io.certferry.messaging.Cause;
import io.certferry.messaging.InboundEvent;
import io.certferry.pki.Digests;
import java.time.Instant;
import java.util.UUID;

/**
 * A command on its way into the table.
 *
 * @param deadline claimed in this order within a priority
 * @param internal made by this service; its result is not announced
 */
public record NewCommand(
    CommandId id,
    CaCommand command,
    String tenant,
    byte[] payload,
    String payloadSha256,
    Action action,
    int priority,
    Instant deadline,
    boolean internal,
    Cause cause) {

  /** Revocations and queries go before everything else. */
  private static final int URGENT = 0;

  /**
   * @throws IllegalArgumentException if it is no command, or one for another CA than its topic's;
   *     such a record is dead
   */
  static NewCommand of(InboundEvent<?> event) {
    if (!(event.payload() instanceof CaCommand command)) {
      throw new IllegalArgumentException("not a command to a CA: " + event.type());
    }
    if (!Topics.caCommands(command.caId()).equals(event.topic())) {
      throw new IllegalArgumentException("a command for another CA than its topic's");
    }
    return of(command, event);
  }

  private static NewCommand of(CaCommand command, InboundEvent<?> event) {
    Cause cause = Cause.of(event);
    if (command instanceof CaCommand.SubmitCsr submit) {
      CommandId id = new CommandId(CommandKind.SUBMIT, submit.requestId());
      return create(id, submit, event.tenant(), submit.priority(), submit.deadline(), false, cause);
    }
    if (command instanceof CaCommand.RevokeCertificate revoke) {
      CommandId id = new CommandId(CommandKind.REVOKE, revoke.revocationId());
      return create(id, revoke, event.tenant(), URGENT, event.time(), false, cause);
    }
    CommandId id = new CommandId(CommandKind.QUERY, event.id());
    return create(id, command, event.tenant(), URGENT, event.time(), false, cause);
  }

  /** A revocation that this service decided on: an extra certificate. */
  public static NewCommand extra(
      UUID id, CaCommand.RevokeCertificate revoke, String tenant, Instant now, Cause cause) {
    return create(new CommandId(CommandKind.REVOKE, id), revoke, tenant, URGENT, now, true, cause);
  }

  private static NewCommand create(
      CommandId id,
      CaCommand command,
      String tenant,
      int priority,
      Instant deadline,
      boolean internal,
      Cause cause) {
    byte[] payload = ContractJson.write(command);
    return new NewCommand(
        id,
        command,
        tenant,
        payload,
        Digests.sha256Hex(payload),
        firstAction(id.kind()),
        priority,
        deadline,
        internal,
        cause);
  }

  private static Action firstAction(CommandKind kind) {
    return switch (kind) {
      case SUBMIT -> Action.SUBMIT;
      case QUERY -> Action.QUERY;
      case REVOKE -> Action.REVOKE;
    };
  }
}
