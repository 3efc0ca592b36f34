package io.certferry.gateway.registrar;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.edge.Problem;
import io.certferry.edge.ProblemException;
import io.certferry.gateway.identity.KeyedPem;
import io.certferry.gateway.registry.Registration;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.name.SubjectAltName;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The registrar's port (docs/contracts/registrar.md): TLS by a certificate of its own CA; a client
 * certificate of that CA names the connector. There is no bearer token and nothing else is served.
 */
@Singleton
public class RegistrarListener {

  private static final Logger LOG = Logger.getLogger(RegistrarListener.class);
  private static final Duration SERVER_LIFE = Duration.ofDays(365);
  private static final int LARGEST_BODY = 1024 * 1024;
  private static final int SECONDS = 10;
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private final Vertx vertx;
  private final RegistrarConfig config;
  private final Registrar registrar;
  private @Nullable HttpServer server;

  RegistrarListener(Vertx vertx, RegistrarConfig config, Registrar registrar) {
    this.vertx = vertx;
    this.config = config;
    this.registrar = registrar;
  }

  /** An enrolment as it comes in. */
  record NewIdentity(@Nullable String token, @Nullable Bytes csr) {}

  /** Where a report left the connector. */
  record Standing(String state, @Nullable String code, @Nullable String message) {}

  /** Listens, if this instance is a registrar. Blocking. */
  public void start() {
    registrar.ca().ifPresent(this::listen);
  }

  /** The port that it listens at; 0 while it does not. */
  public int port() {
    HttpServer current = server;
    return current == null ? 0 : current.actualPort();
  }

  private void listen(RegistrarCa ca) {
    server = await(vertx.createHttpServer(options(ca)).requestHandler(this::accept).listen());
    LOG.infof("event=registrar-on port=%d caSha256=%s", port(), ca.fingerprint());
  }

  /** Ends. Blocking. */
  public void stop() {
    HttpServer current = server;
    if (current != null) {
      await(current.close());
    }
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the registrar's port", e);
    }
  }

  private HttpServerOptions options(RegistrarCa ca) {
    return new HttpServerOptions()
        .setHost(config.host())
        .setPort(config.port())
        .setSsl(true)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
        .setClientAuth(ClientAuth.REQUEST)
        .setKeyCertOptions(own(ca))
        .setTrustOptions(new PemTrustOptions().addCertValue(pem(ca.certificate())));
  }

  /** A fresh key at each start. */
  private PemKeyCertOptions own(RegistrarCa ca) {
    List<SubjectAltName> names = registrar.names().stream().map(RegistrarListener::name).toList();
    try (GeneratedKey key = KeyPairs.generate(KeySpec.EC_256)) {
      Buffer chain =
          pem(ca.server(names, key.spki(), SERVER_LIFE)).appendBuffer(pem(ca.certificate()));
      return new PemKeyCertOptions()
          .setCertValue(chain)
          .setKeyValue(Buffer.buffer(KeyedPem.pem(key.pkcs8())));
    }
  }

  private static SubjectAltName name(String text) {
    SubjectAltName.Type type =
        ADDRESS.matcher(text).matches() ? SubjectAltName.Type.IP : SubjectAltName.Type.DNS;
    return new SubjectAltName(type, text);
  }

  private static Buffer pem(byte[] certificate) {
    return Buffer.buffer(Certificates.toPem(certificate).getBytes(US_ASCII));
  }

  private void accept(HttpServerRequest request) {
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() <= LARGEST_BODY) {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        end ->
            vertx
                .executeBlocking(() -> answer(request, body.getBytes()), false)
                .onSuccess(answer -> send(request, 200, "application/json", answer))
                .onFailure(failure -> fail(request, failure)));
  }

  private byte[] answer(HttpServerRequest request, byte[] body) throws IOException {
    if (body.length > LARGEST_BODY) {
      throw new ProblemException(413, "too-large", "a body may have 1 MiB");
    }
    if (!request.method().equals(HttpMethod.POST)) {
      throw new ProblemException(405, "method-not-allowed", "only POST is served");
    }
    return ContractJson.write(
        switch (request.path()) {
          case "/registrar/v1/enrolments" -> enrol(body);
          case "/registrar/v1/renewals" ->
              registrar.renew(peer(request), read(body, NewIdentity.class).csr());
          case "/registrar/v1/reports" ->
              standing(registrar.report(peer(request), read(body, Registrar.Beat.class)));
          default -> throw ProblemException.notFound();
        });
  }

  private Registrar.Identity enrol(byte[] body) throws IOException {
    NewIdentity asked = read(body, NewIdentity.class);
    return registrar.enrol(asked.token(), asked.csr());
  }

  private static <T> T read(byte[] body, Class<T> type) throws IOException {
    try {
      return ContractJson.mapper().readValue(body, type);
    } catch (JsonProcessingException e) {
      throw new ProblemException(400, "unparsable", "the body is not the JSON that is expected");
    }
  }

  private static Standing standing(Registration registration) {
    return registration instanceof Registration.Refused refused
        ? new Standing("refused", refused.code(), refused.message())
        : new Standing("active", null, null);
  }

  private static ParsedCertificate peer(HttpServerRequest request) {
    try {
      return Certificates.parse(request.sslSession().getPeerCertificates()[0].getEncoded());
    } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
      throw new ProblemException(401, "no-identity", "a client certificate is needed");
    }
  }

  private static void fail(HttpServerRequest request, Throwable failure) {
    String correlationId = UUID.randomUUID().toString();
    if (!(failure instanceof ProblemException)) {
      LOG.errorf(failure, "event=registrar-error correlationId=%s", correlationId);
    }
    ProblemException refusal =
        failure instanceof ProblemException known
            ? known
            : new ProblemException(500, "internal", List.of());
    LOG.warnf(
        "event=registrar-refused path=%s status=%d code=%s peer=%s",
        request.path(), refusal.status(), refusal.type(), request.remoteAddress());
    byte[] problem = ContractJson.write(Problem.of(refusal, correlationId));
    send(request, refusal.status(), Problem.MEDIA_TYPE, problem);
  }

  private static void send(HttpServerRequest request, int status, String type, byte[] body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", type)
        .end(Buffer.buffer(body));
  }
}
