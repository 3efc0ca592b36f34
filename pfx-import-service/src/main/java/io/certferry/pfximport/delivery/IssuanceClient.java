package io.certferry.pfximport.delivery;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Hands sealed packages to issuance-service (docs/contracts/internal-packages.md). Blocks. */
@Singleton
class IssuanceClient {

  private static final Logger LOG = Logger.getLogger(IssuanceClient.class);
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final URI base;
  private final Duration timeout;
  private final HttpClient http;

  IssuanceClient(IssuanceConfig config) {
    this.base = config.url();
    this.timeout = config.timeout();
    HttpClient.Builder builder =
        HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
    if ("https".equals(base.getScheme())) {
      builder.sslContext(ClientTls.context(config.tls()));
    }
    this.http = builder.build();
  }

  /** What issuance-service said. */
  sealed interface Answer {

    /** It has the package. */
    record Taken() implements Answer {}

    /** It will never take it. */
    record Refused(String reason, String detail) implements Answer {}

    /** Not now. */
    record Unavailable(String detail) implements Answer {}
  }

  Answer put(Delivery delivery, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/internal/v1/packages/" + delivery.packageId()))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("X-Correlation-Id", delivery.cause().correlationId())
            .PUT(BodyPublishers.ofByteArray(body));
    String traceparent = delivery.cause().traceparent();
    if (traceparent != null) {
      request.header("traceparent", traceparent);
    }
    return send(request.build());
  }

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
      return answer(response.statusCode());
    } catch (IOException e) {
      LOG.warnf("event=handover-unanswered error=%s", e);
      return new Answer.Unavailable("issuance-service does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Unavailable("this instance stops");
    }
  }

  private static Answer answer(int status) {
    return switch (status) {
      case 200, 201, 204 -> new Answer.Taken();
      case 409 -> new Answer.Refused("package-conflict", "issuance-service has another package");
      case 410 -> new Answer.Refused("withdrawn", "the enrolment ended meanwhile");
      case 400, 413, 422 ->
          new Answer.Refused("package-refused", "issuance-service refused the package: " + status);
      default -> unavailable(status);
    };
  }

  private static Answer unavailable(int status) {
    LOG.warnf("event=handover-refused-for-now status=%d", status);
    return new Answer.Unavailable("issuance-service answered " + status);
  }
}
