package io.certferry.pfximport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.certferry.testkit.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The OAuth 2.0 token endpoint of a small issuer over https, as Microsoft's libraries call it:
 * client credentials in a form.
 */
final class TokenEndpoint implements AutoCloseable {

  static final String TENANT_ID = "7d1b4e49-8b1c-4978-8c1f-222500000001";
  static final String CLIENT_ID = "11111111-2222-3333-4444-555555555555";
  static final String SECRET = "app~secret/+=&1";

  private final HttpsServer server;

  private TokenEndpoint(HttpsServer server) {
    this.server = server;
  }

  static TokenEndpoint start() throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(TestTls.context("server")));
    server.createContext("/", TokenEndpoint::answer);
    server.start();
    return new TokenEndpoint(server);
  }

  /** {@code https://127.0.0.1:port/}. */
  String authority() {
    return "https://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private static void answer(HttpExchange call) throws IOException {
    String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> form =
        Arrays.stream(body.split("&"))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(
                Collectors.toMap(
                    pair -> pair[0],
                    pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                    (first, second) -> first));
    boolean known =
        call.getRequestURI().getPath().equals("/" + TENANT_ID + "/oauth2/v2.0/token")
            && CLIENT_ID.equals(form.get("client_id"))
            && SECRET.equals(form.get("client_secret"))
            && "client_credentials".equals(form.get("grant_type"));
    String answer =
        known
            ? "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\""
                + Tokens.token("profile-admin", "default")
                + "\"}"
            : "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: wrong\"}";
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    call.getResponseHeaders().set("Content-Type", "application/json");
    call.sendResponseHeaders(known ? 200 : 401, bytes.length);
    call.getResponseBody().write(bytes);
    call.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
