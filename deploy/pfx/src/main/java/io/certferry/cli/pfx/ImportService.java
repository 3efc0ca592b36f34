package io.certferry.cli.pfx;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * pfx-import-service as this command needs it. Blocks; waits and tries again where that can help.
 */
final class ImportService {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int TRIES = 6;
  private static final int LONGEST_WAIT_SECONDS = 60;

  private final URI base;
  private final Supplier<String> token;
  private final HttpClient http;

  ImportService(URI base, Supplier<String> token, HttpClient http) {
    this.base = base;
    this.token = token;
    this.http = http;
  }

  /** The service cannot be used at all; nothing else would go better. */
  static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message, null, false, false);
    }
  }

  /** What became of one upload. */
  record Answer(int status, String code, String message) {}

  /** The current versions of the import keys. */
  List<ServiceKey> currentKeys() {
    List<ServiceKey> keys = new ArrayList<>();
    String cursor = "";
    do {
      HttpResponse<String> response =
          send(
              request(
                      "/api/v1/import-keys?limit=200"
                          + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                  .GET());
      if (response.statusCode() != 200) {
        throw new UnusableException(
            "the service does not show its import keys: " + message(response));
      }
      JsonNode page = json(response.body());
      page.path("items").forEach(key -> addCurrent(key, keys));
      cursor = page.path("next").asText("");
    } while (!cursor.isEmpty() && !cursor.equals("null"));
    return keys;
  }

  private static void addCurrent(JsonNode key, List<ServiceKey> keys) {
    if (key.path("state").asText().equals("current")) {
      String pem = key.path("publicKeyPem").asText().replaceAll("-----[A-Z ]+-----", "");
      keys.add(
          new ServiceKey(
              key.path("tenant").asText(),
              key.path("providerName").asText(),
              key.path("keyName").asText(),
              key.path("version").asInt(),
              Base64.getMimeDecoder().decode(pem)));
    }
  }

  Answer upload(SealedFile.Upload upload) {
    HttpResponse<String> response =
        send(
            request("/api/v1/imports")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(ContractJson.write(upload))));
    int status = response.statusCode();
    if (status == 401 || status == 403) {
      throw new UnusableException("the service refuses this token: " + message(response));
    }
    return new Answer(status, status < 300 ? "" : code(response), message(response));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + token.get());
  }

  /** Uploads are idempotent, so that each may be tried again. */
  private HttpResponse<String> send(HttpRequest.Builder request) {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        if (!isWorthAnotherTry(response.statusCode()) || attempt == TRIES) {
          return response;
        }
        pause(retryAfter(response, attempt));
      } catch (IOException e) {
        if (attempt == TRIES) {
          throw new UnusableException("the service does not answer: " + e.getMessage());
        }
        pause(1L << attempt);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UnusableException("interrupted");
      }
    }
  }

  private static boolean isWorthAnotherTry(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  private static long retryAfter(HttpResponse<String> response, int attempt) {
    String header = response.headers().firstValue("Retry-After").orElse("");
    long seconds = header.matches("\\d{1,6}") ? Long.parseLong(header) : 1L << attempt;
    return Math.min(seconds, LONGEST_WAIT_SECONDS);
  }

  private static void pause(long seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < until && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /** The rule of the first field, or the type of the problem. */
  private static String code(HttpResponse<String> response) {
    JsonNode problem = json(response.body());
    String rule = problem.at("/errors/0/rule").asText("");
    String type = problem.path("type").asText("");
    String code = rule.isEmpty() ? type.substring(type.lastIndexOf(':') + 1) : rule;
    return code.isEmpty() ? "http-" + response.statusCode() : code;
  }

  private static String message(HttpResponse<String> response) {
    JsonNode problem = json(response.body());
    String field = problem.at("/errors/0/message").asText("");
    String detail = field.isEmpty() ? problem.path("detail").asText("") : field;
    return detail.isEmpty() ? "HTTP " + response.statusCode() : detail;
  }

  private static JsonNode json(String body) {
    try {
      JsonNode json = ContractJson.mapper().readTree(body);
      return json == null ? ContractJson.mapper().createObjectNode() : json;
    } catch (IOException notJson) {
      return ContractJson.mapper().createObjectNode();
    }
  }
}
