package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** One call on its way: opened, sent, answered, or given up at the deadline. */
final class Exchange {

  private enum Stage {
    CONNECTING,
    SENT,
    ABANDONED
  }

  private final int largest;
  private final Executor blocking;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.CONNECTING);
  private final CompletableFuture<HttpOutcome> done = new CompletableFuture<>();
  private volatile @Nullable HttpClientRequest request;

  /**
   * @param blocking runs what must not hold up the connection's own thread
   */
  Exchange(int largest, Executor blocking) {
    this.largest = largest;
    this.blocking = blocking;
  }

  /** The connection stands, or does not. */
  void opened(AsyncResult<HttpClientRequest> opened, HttpCall call) {
    if (opened.failed()) {
      done.complete(new NotSent(ConnectionFaults.of(opened.cause())));
      return;
    }
    HttpClientRequest open = opened.result();
    request = open;
    HttpCall.Proof proof = call.proof();
    if (proof == null) {
      send(open, call);
    } else {
      blocking.execute(() -> prove(open, call, proof));
    }
  }

  private void prove(HttpClientRequest open, HttpCall call, HttpCall.Proof proof) {
    try {
      open.putHeader("Authorization", proof.authorization(server(open)));
      send(open, call);
    } catch (HttpCall.NoProofException e) {
      done.complete(new NotSent(e.fault()));
      open.reset();
    }
  }

  private static Optional<X509Certificate> server(HttpClientRequest open) {
    try {
      return open.connection().isSsl()
          ? open.connection().peerCertificates().stream()
              .filter(X509Certificate.class::isInstance)
              .map(X509Certificate.class::cast)
              .findFirst()
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  private void send(HttpClientRequest open, HttpCall call) {
    if (!stage.compareAndSet(Stage.CONNECTING, Stage.SENT)) {
      open.reset();
      return;
    }
    Buffer body = call.body() == null ? Buffer.buffer() : Buffer.buffer(call.body().toArray());
    open.send(body).onComplete(this::answering);
  }

  private void answering(AsyncResult<HttpClientResponse> answering) {
    if (answering.failed()) {
      done.complete(ConnectionFaults.afterSending(answering.cause()));
      return;
    }
    HttpClientResponse response = answering.result();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(e -> done.complete(new Lost(Fault.CONNECTION_LOST)));
    response.endHandler(end -> done.complete(answer(response, body)));
    response.handler(chunk -> collect(response, body, chunk));
  }

  private void collect(HttpClientResponse response, Buffer body, Buffer chunk) {
    if (body.length() + chunk.length() > largest) {
      done.complete(new Lost(Fault.ANSWER_TOO_LARGE));
      response.request().reset();
    } else {
      body.appendBuffer(chunk);
    }
  }

  private static Answer answer(HttpClientResponse response, Buffer body) {
    Map<String, String> headers = new LinkedHashMap<>();
    response
        .headers()
        .forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    return new Answer(response.statusCode(), Map.copyOf(headers), body.getBytes());
  }

  /** Waits, and hangs up at the deadline. */
  HttpOutcome await(Duration limit) {
    try {
      return done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return giveUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return giveUp();
    } catch (ExecutionException e) {
      return new Lost(Fault.CONNECTION_LOST);
    }
  }

  private HttpOutcome giveUp() {
    if (stage.compareAndSet(Stage.CONNECTING, Stage.ABANDONED)) {
      return new NotSent(Fault.UNREACHABLE);
    }
    HttpClientRequest open = request;
    if (open != null) {
      open.reset();
    }
    return new Lost(Fault.NO_ANSWER_IN_TIME);
  }
}
