package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.Optional;

/**
 * The HTTP client of one CA. A call never takes longer than the configured time, from the first
 * packet to the last byte, never reads more than the configured size, never follows a redirect and
 * is never repeated here. What was not sent is told apart from what was sent and not answered. Each
 * call has a connection of its own: one that went stale would make an outcome unknown for nothing.
 * Thread-safe; blocking, so never on an event loop.
 */
public final class CaHttp implements AutoCloseable {

  private final Vertx vertx;
  private final DriverConfig config;
  private final Connections connections;
  private final Credentials credentials;
  private final CredentialGate gate;
  private volatile Optional<Fault> lastFault = Optional.empty();

  public CaHttp(Vertx vertx, DriverConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.connections = new Connections(vertx, config);
    this.credentials = new Credentials(config);
    this.gate = new CredentialGate(credentials, config.http().totalTimeout());
  }

  public Credentials credentials() {
    return credentials;
  }

  /** Makes one call. */
  public HttpOutcome exchange(HttpCall call) {
    HttpOutcome outcome = gate.pass(() -> send(call));
    lastFault = faultOf(outcome);
    return outcome;
  }

  /** The CA said, in its own protocol, that the credentials are wrong. */
  public void credentialsRefused() {
    gate.refuse();
    lastFault = Optional.of(Fault.CREDENTIALS_REFUSED);
  }

  /** Whether the credentials that are there now were refused: then nothing is tried. */
  public boolean areCredentialsRefused() {
    return gate.isRefused();
  }

  /** What was wrong with the last call: its code, a colon, a sentence and what to do. */
  public Optional<String> lastError() {
    return lastFault.map(fault -> fault.code() + ": " + fault.explanation());
  }

  private static Optional<Fault> faultOf(HttpOutcome outcome) {
    if (outcome instanceof NotSent notSent) {
      return Optional.of(notSent.fault());
    }
    return outcome instanceof Lost lost ? Optional.of(lost.fault()) : Optional.empty();
  }

  private HttpOutcome send(HttpCall call) {
    try {
      RequestOptions options = options(call);
      HttpClient client = connections.current(credentials);
      Exchange exchange = new Exchange(config.http().largestAnswer(), this::blocking);
      client.request(options).onComplete(opened -> exchange.opened(opened, call));
      return exchange.await(config.http().totalTimeout());
    } catch (IOException e) {
      return new NotSent(Fault.CREDENTIALS_UNREADABLE);
    }
  }

  private void blocking(Runnable task) {
    vertx.executeBlocking(
        () -> {
          task.run();
          return true;
        },
        false);
  }

  private RequestOptions options(HttpCall call) throws IOException {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(call.method()))
            .setAbsoluteURI(call.url().toString());
    call.headers().forEach(options::putHeader);
    String basic = call.basic() ? credentials.basic() : null;
    if (basic != null) {
      options.putHeader("Authorization", basic);
    }
    return options;
  }

  /** Whether an answer is there and says 200. */
  public static boolean isOk(HttpOutcome outcome) {
    return outcome instanceof Answer answer && answer.status() == 200;
  }

  @Override
  public void close() {
    connections.close();
  }
}
