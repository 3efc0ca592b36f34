package io.certferry.issuance.imported;

import io.certferry.contracts.ContractJson;
import io.certferry.edge.CorrelationId;
import io.certferry.edge.Problem;
import io.certferry.edge.ProblemException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /internal/v1/packages/{id}} (docs/contracts/internal-packages.md) on a port of its
 * own: a TLS client certificate is needed to get in and names the caller; there is no bearer token,
 * and nothing else is served.
 */
@Singleton
public class InternalListener {

  private static final Logger LOG = Logger.getLogger(InternalListener.class);
  private static final Pattern PATH = Pattern.compile("/internal/v1/packages/([0-9a-fA-F-]{36})");
  private static final Pattern CORRELATION_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final int STOP_SECONDS = 5;

  private final Vertx vertx;
  private final InternalConfig config;
  private final TakePackage take;
  private @Nullable HttpServer server;

  InternalListener(Vertx vertx, InternalConfig config, TakePackage take) {
    this.vertx = vertx;
    this.config = config;
    this.take = take;
  }

  /** The port that it listens at; 0 while it does not. */
  public int port() {
    HttpServer current = server;
    return current == null ? 0 : current.actualPort();
  }

  void onStart(@Observes StartupEvent event) {
    if (config.clientAnchors().isEmpty()) {
      LOG.info("event=internal-listener-off reason=\"no certferry.internal.client-anchors\"");
      return;
    }
    HttpServer made = vertx.createHttpServer(options()).requestHandler(this::accept);
    try {
      made.listen().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the internal listener cannot start", e);
    }
    server = made;
    LOG.infof("event=internal-listener-on port=%d", made.actualPort());
  }

  void onStop(@Observes ShutdownEvent event) {
    HttpServer current = server;
    if (current != null) {
      try {
        current
            .close()
            .toCompletionStage()
            .toCompletableFuture()
            .get(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        LOG.warnf("event=internal-listener-stop-failed error=%s", e);
      }
    }
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setSsl(true)
        .setEnabledSecureTransportProtocols(java.util.Set.of("TLSv1.3", "TLSv1.2"))
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(needed(config.certificate(), "certificate"))
                .setKeyPath(needed(config.key(), "key")))
        .setTrustOptions(
            new PemTrustOptions().addCertPath(needed(config.clientAnchors(), "client-anchors")));
  }

  private static String needed(Optional<Path> file, String name) {
    return file.orElseThrow(
            () -> new IllegalStateException("certferry.internal." + name + " is not set"))
        .toString();
  }

  /** On the event loop: reads the body, which has its limit, and hands it on. */
  private void accept(HttpServerRequest request) {
    Call call = new Call(request);
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      call.refuse(ProblemException.notFound());
    } else if (!request.method().equals(HttpMethod.PUT)) {
      call.refuse(new ProblemException(405, "method-not-allowed", "only PUT is served"));
    } else if (!CallerName.is(request.sslSession(), config.clientName())) {
      LOG.warnf("event=internal-caller-refused peer=%s", request.remoteAddress());
      call.refuse(
          ProblemException.forbidden("the client certificate is not the expected service's"));
    } else {
      readBody(call, path.group(1));
    }
  }

  private void readBody(Call call, String packageId) {
    Buffer body = Buffer.buffer();
    call.request.handler(
        part -> {
          if (body.length() + part.length() <= config.maxBody()) {
            body.appendBuffer(part);
          } else {
            call.refuse(
                new ProblemException(
                    413, "too-large", "a package may have at most " + config.maxBody() + " bytes"));
          }
        });
    call.request.endHandler(
        end -> {
          if (!call.isAnswered()) {
            work(call, packageId, body.getBytes());
          }
        });
  }

  private void work(Call call, String packageId, byte[] body) {
    Uni.createFrom()
        .item(() -> SealedPackage.parse(uuid(packageId), body, call.traceparent()))
        .runSubscriptionOn(io.smallrye.mutiny.infrastructure.Infrastructure.getDefaultWorkerPool())
        .flatMap(take::take)
        .subscribe()
        .with(taken -> call.answer(taken.isNew() ? 201 : 200), failure -> call.fail(failure));
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.notFound();
    }
  }

  /** One request and its single answer. */
  private static final class Call {
    private final HttpServerRequest request;
    private final io.vertx.core.Context context;
    private boolean answered;

    Call(HttpServerRequest request) {
      this.request = request;
      this.context = io.vertx.core.Vertx.currentContext();
    }

    synchronized boolean isAnswered() {
      return answered;
    }

    /** The caller's trace, if it is one that may be stored. */
    @Nullable String traceparent() {
      String text = request.getHeader("traceparent");
      return text != null && TRACEPARENT.matcher(text).matches() ? text : null;
    }

    String correlationId() {
      String text = request.getHeader(CorrelationId.HEADER);
      return text != null && CORRELATION_ID.matcher(text).matches()
          ? text
          : UUID.randomUUID().toString();
    }

    void answer(int status) {
      send(status, null, null);
    }

    void refuse(ProblemException refusal) {
      byte[] problem = ContractJson.write(Problem.of(refusal, correlationId()));
      send(refusal.status(), Problem.MEDIA_TYPE, problem);
    }

    void fail(Throwable failure) {
      if (failure instanceof ProblemException refusal) {
        refuse(refusal);
      } else {
        LOG.errorf(failure, "event=internal-error correlationId=%s", correlationId());
        refuse(new ProblemException(500, "internal", List.of()));
      }
    }

    private synchronized void send(int status, @Nullable String type, byte @Nullable [] body) {
      if (answered) {
        return;
      }
      answered = true;
      context.runOnContext(
          ignored -> {
            var response = request.response().setStatusCode(status);
            if (type != null && body != null) {
              response.putHeader("Content-Type", type).end(Buffer.buffer(body));
            } else {
              response.end();
            }
          });
    }
  }
}
