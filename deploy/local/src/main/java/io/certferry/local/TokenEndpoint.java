package io.certferry.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.certferry.testkit.TokenIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * The authorisation server of the local stack, https on 127.0.0.1: client credentials only, JWK set
 * and OpenID configuration, also under the paths that Microsoft's OAuth libraries use.
 */
final class TokenEndpoint implements AutoCloseable {

  static final Duration TOKEN_VALIDITY = Duration.ofHours(1);

  private static final Pattern TOKEN_PATH =
      Pattern.compile("/oauth2/token|/([A-Za-z0-9-]{1,64})/oauth2/v2\\.0/token");
  private static final Pattern DISCOVERY_PATH =
      Pattern.compile("(?:/[A-Za-z0-9-]{1,64}/v2\\.0)?/\\.well-known/openid-configuration");
  private static final int MAX_BODY = 16 << 10;
  private static final int THREADS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpsServer server;
  private final ExecutorService executor;
  private final TokenIssuer issuer;
  private final List<OAuthClient> clients;

  private TokenEndpoint(HttpsServer server, TokenIssuer issuer, List<OAuthClient> clients) {
    this.server = server;
    this.executor = Executors.newFixedThreadPool(THREADS, TokenEndpoint::daemon);
    this.issuer = issuer;
    this.clients = clients;
  }

  /** Starts listening. */
  static TokenEndpoint start(
      int port, SSLContext tls, TokenIssuer issuer, List<OAuthClient> clients) {
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      TokenEndpoint endpoint = new TokenEndpoint(server, issuer, clients);
      server.setExecutor(endpoint.executor);
      server.createContext("/", endpoint::handle);
      server.start();
      return endpoint;
    } catch (IOException e) {
      throw new StackException("the token endpoint cannot listen on port " + port, e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Matcher token = TOKEN_PATH.matcher(path);
      if (token.matches()) {
        answerToken(exchange, Optional.ofNullable(token.group(1)));
      } else if (!exchange.getRequestMethod().equals("GET")) {
        answer(exchange, 405, "{}");
      } else if (path.equals("/jwks")) {
        answer(exchange, 200, issuer.jwks());
      } else if (DISCOVERY_PATH.matcher(path).matches()) {
        answer(exchange, 200, discovery());
      } else {
        answer(exchange, 404, "{}");
      }
    }
  }

  private void answerToken(HttpExchange exchange, Optional<String> tenant) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "{}");
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
    TokenRequest request =
        TokenRequest.parse(
            new String(body, UTF_8), exchange.getRequestHeaders().getFirst("Authorization"));
    TokenRequest.Verdict verdict = request.judge(clients, tenant);
    if (verdict instanceof TokenRequest.Verdict.Granted granted) {
      answer(exchange, 200, tokenFor(granted.client()));
    } else if (verdict instanceof TokenRequest.Verdict.Refused refused) {
      answer(exchange, refused.status(), json().put("error", refused.error()).toString());
    }
  }

  private String tokenFor(OAuthClient client) {
    String token =
        issuer.sign(
            new TokenIssuer.Claims(
                issuer.issuer(),
                TokenIssuer.AUDIENCE,
                client.clientId(),
                client.tenant(),
                client.roles(),
                TOKEN_VALIDITY),
            TokenIssuer.Algorithm.RS256);
    return json()
        .put("token_type", "Bearer")
        .put("expires_in", TOKEN_VALIDITY.toSeconds())
        .put("access_token", token)
        .toString();
  }

  private String discovery() {
    ObjectNode document =
        json()
            .put("issuer", issuer.issuer())
            .put("token_endpoint", issuer.issuer() + "/oauth2/token")
            .put("jwks_uri", issuer.issuer() + "/jwks");
    document.putArray("grant_types_supported").add("client_credentials");
    document.putArray("response_types_supported").add("token");
    document.putArray("subject_types_supported").add("public");
    document.putArray("id_token_signing_alg_values_supported").add("RS256").add("ES256");
    document
        .putArray("token_endpoint_auth_methods_supported")
        .add("client_secret_post")
        .add("client_secret_basic");
    return document.toString();
  }

  private static ObjectNode json() {
    return JSON.createObjectNode();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "token-endpoint");
    thread.setDaemon(true);
    return thread;
  }
}
