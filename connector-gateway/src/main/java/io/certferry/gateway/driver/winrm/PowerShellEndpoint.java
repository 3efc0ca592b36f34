package io.certferry.gateway.driver.winrm;

import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.pki.PkiException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A session configuration behind WinRM. A session a command. Blocking; thread-safe.
 *
 * @param way how a call reaches the listener, its proof of identity included
 */
public record PowerShellEndpoint(Way way, URI url, String configuration) {

  private static final long TIMEOUT_SECONDS = 10;

  /** Makes a call. */
  @FunctionalInterface
  public interface Way {
    HttpOutcome exchange(HttpCall call);
  }

  /** How a command ended. */
  public sealed interface Result {}

  /**
   * It ran to its end.
   *
   * @param output what it gave, as strings
   */
  public record Completed(List<String> output) implements Result {

    public Completed {
      output = List.copyOf(output);
    }
  }

  /** It threw, or the endpoint does not have it. */
  public record Threw() implements Result {}

  /** It was not, or not certainly, run to its end. */
  public record NotRun(Fault fault) implements Result {}

  /** Runs a command with named values. */
  public Result run(String command, Map<String, String> arguments) {
    WsMan messages = new WsMan(url, configuration, TIMEOUT_SECONDS);
    try (Session session = Session.begin(new Calls(way, url), messages)) {
      session.awaitOpening();
      return session.run(command, arguments);
    } catch (BrokenSessionException e) {
      return new NotRun(e.fault());
    } catch (PkiException | IllegalArgumentException e) {
      return new NotRun(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }
}
