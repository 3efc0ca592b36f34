package io.certferry.gateway.driver.winrm;

import io.certferry.gateway.driver.winrm.PowerShellEndpoint.Completed;
import io.certferry.gateway.driver.winrm.PowerShellEndpoint.Result;
import io.certferry.gateway.driver.winrm.PowerShellEndpoint.Threw;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** One runspace pool, from its opening to its end. */
final class Session implements AutoCloseable {

  private static final int MOST_ANSWERS = 20;
  private static final int POOL_OPENED = 2;
  private static final int STOPPED = 3;
  private static final int COMPLETED = 4;
  private static final int FAILED = 5;

  private final Calls calls;
  private final WsMan messages;
  private final Fragments fragments = new Fragments();
  private final UUID pool = UUID.randomUUID();
  private final String shell;

  private Session(Calls calls, WsMan messages) throws BrokenSessionException {
    this.calls = calls;
    this.messages = messages;
    byte[] opening =
        fragments.encode(
            new Message(Message.SESSION_CAPABILITY, pool, Message.NONE, Clixml.CAPABILITY),
            new Message(Message.INIT_RUNSPACEPOOL, pool, Message.NONE, Clixml.POOL));
    this.shell = WsMan.shell(calls.demand(messages.create(pool, opening)));
  }

  /** A session, its pool not yet open. */
  static Session begin(Calls calls, WsMan messages) throws BrokenSessionException {
    return new Session(calls, messages);
  }

  void awaitOpening() throws BrokenSessionException {
    for (int i = 0; i < MOST_ANSWERS; i++) {
      for (Message message : receive(Optional.empty())) {
        int state = state(message, Message.RUNSPACEPOOL_STATE, "RunspaceState");
        if (state == POOL_OPENED) {
          return;
        }
        if (state > POOL_OPENED) {
          throw new BrokenSessionException(Fault.SERVER_ERROR);
        }
      }
    }
    throw new BrokenSessionException(Fault.NO_ANSWER_IN_TIME);
  }

  private static int state(Message message, int type, String member) {
    return message.type() == type ? Clixml.state(message.content(), member) : -1;
  }

  private List<Message> receive(Optional<UUID> pipeline) throws BrokenSessionException {
    byte[] answer = calls.ask(messages.receive(shell, pipeline));
    Optional<String> fault = WsMan.fault(answer);
    if (fault.isPresent()) {
      if (WsMan.isNothingYet(fault.get())) {
        return List.of();
      }
      throw new BrokenSessionException(Fault.SERVER_ERROR);
    }
    List<Message> received = new ArrayList<>();
    for (byte[] stream : WsMan.streams(answer)) {
      received.addAll(fragments.decode(stream));
    }
    return received;
  }

  Result run(String command, Map<String, String> arguments) throws BrokenSessionException {
    UUID pipeline = UUID.randomUUID();
    byte[] opening =
        fragments.encode(
            new Message(
                Message.CREATE_PIPELINE, pool, pipeline, Clixml.pipeline(command, arguments)));
    byte[] unused = calls.demand(messages.command(shell, pipeline, opening));
    List<String> output = new ArrayList<>();
    for (int i = 0; i < MOST_ANSWERS; i++) {
      for (Message message : receive(Optional.of(pipeline))) {
        if (message.type() == Message.PIPELINE_OUTPUT) {
          output.add(Clixml.string(message.content()));
        }
        int state = state(message, Message.PIPELINE_STATE, "PipelineState");
        if (state == COMPLETED) {
          return new Completed(output);
        }
        if (state == FAILED || state == STOPPED) {
          return new Threw();
        }
      }
    }
    throw new BrokenSessionException(Fault.NO_ANSWER_IN_TIME);
  }

  /** Whatever becomes of it: the server forgets sessions that nobody uses. */
  @Override
  public void close() {
    HttpOutcome unused = calls.send(messages.delete(shell));
  }
}
