package io.certferry.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.contracts.Bytes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

/** The REST surfaces of a stack, called as their clients do: with a token of the right role. */
public final class Api {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Function<String, String> tokenForRole;

  /** Takes a fresh token for each call. */
  public Api(Function<String, String> tokenForRole) {
    this.tokenForRole = tokenForRole;
  }

  /**
   * An answer.
   *
   * @param status HTTP
   * @param body as it came
   */
  public record Answer(int status, Bytes body) {
    /** Parses the body. */
    public JsonNode json() {
      try {
        return JSON.readTree(body.toArray());
      } catch (IOException e) {
        throw new StackException("not JSON: " + text(), e);
      }
    }

    /** The body as text. */
    public String text() {
      return new String(body.toArray(), StandardCharsets.UTF_8);
    }
  }

  /** GET that must answer 200. */
  public Answer get(String role, URI uri) {
    return expect(200, "GET", uri, send(role, "GET", uri, ""));
  }

  /** A call with a JSON body that must answer as expected. */
  public Answer call(String role, String method, URI uri, JsonNode body, int expected) {
    return expect(expected, method, uri, tryCall(role, method, uri, body));
  }

  /** A call with a JSON body, whatever the answer. */
  public Answer tryCall(String role, String method, URI uri, JsonNode body) {
    return send(role, method, uri, body.toString());
  }

  private Answer send(String role, String method, URI uri, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + tokenForRole.apply(role))
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), Bytes.of(response.body()));
    } catch (IOException e) {
      throw new StackException(method + " " + uri + " failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException(method + " " + uri + " was interrupted", e);
    }
  }

  private static Answer expect(int status, String method, URI uri, Answer answer) {
    if (answer.status() != status) {
      throw new StackException(
          method + " " + uri + " answered " + answer.status() + ": " + answer.text());
    }
    return answer;
  }
}
