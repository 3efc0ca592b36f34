package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.process.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stack without services: what it runs itself. */
class LocalStackTest {

  private static final int OFFSET = 2300;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static StackOptions options;
  private static LocalStack stack;
  private static Path run;

  @BeforeAll
  static void start() {
    StackOptions defaults = StackOptions.defaults();
    run = directory.resolve("run");
    options =
        new StackOptions(
            defaults.root(),
            run,
            new Ports(OFFSET),
            Map.of(ServiceKind.ISSUANCE, 0, ServiceKind.GATEWAY, 0),
            Map.of(),
            Map.of(),
            2,
            false,
            false,
            List.of());
    stack = LocalStack.start(options, Progress.silent());
  }

  @AfterAll
  static void stop() {
    stack.close();
    assertThat(run.resolve("endpoints.json")).doesNotExist();
    assertThat(run.resolve("tokens")).doesNotExist();
    assertThat(run.resolve("keys")).doesNotExist();
    assertThat(run.resolve("data")).doesNotExist();
    assertThat(run.resolve("logs")).isDirectory();
    assertThat(FreePorts.isFree(stack.ports().postgres())).isTrue();
    assertThat(FreePorts.isFree(stack.ports().kafka())).isTrue();
    assertThat(FreePorts.isFree(stack.ports().oauth())).isTrue();
  }

  @Test
  void refusesASecondStackInTheSameDirectory() {
    assertThatThrownBy(() -> LocalStack.start(options, Progress.silent()))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("a stack runs already (process " + ProcessHandle.current().pid());
    assertThat(run.resolve("endpoints.json")).exists();
  }

  @Test
  void refusesBusyPortsAndLeavesNothing() {
    Path elsewhere = directory.resolve("elsewhere");

    assertThatThrownBy(
            () -> LocalStack.start(options.elsewhere(elsewhere, OFFSET), Progress.silent()))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("(Kafka) is taken")
        .hasMessageContaining("(PostgreSQL) is taken");
    assertThat(elsewhere.resolve("data")).doesNotExist();
  }

  @Test
  void tellsWhereItIsAndLetsOneIn() throws Exception {
    JsonNode endpoints = JSON.readTree(Files.readString(run.resolve("endpoints.json")));

    JsonNode issuance = endpoints.path("postgres").path("databases").path("issuance");
    try (var connection =
        stack
            .postgres()
            .connect(
                issuance.path("name").asText(),
                issuance.path("user").asText(),
                issuance.path("password").asText())) {
      assertThat(connection.isValid(1)).isTrue();
    }
    assertThat(endpoints.path("kafka").asText()).isEqualTo(stack.kafka().bootstrapServers());
    assertThat(endpoints.has("issuance")).isFalse();
    assertThat(endpoints.path("postgres").path("databases").has("profile")).isFalse();
  }

  @Test
  void writesATokenPerRoleForItsOwnerOnly() throws Exception {
    for (String role : OAuthClient.ROLES) {
      Path file = run.resolve("tokens").resolve(role + ".token");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      JsonNode claims = claims(Files.readString(file));
      assertThat(claims.path("groups").get(0).asText()).isEqualTo(role);
      assertThat(claims.path("tenant").asText()).isEqualTo("default");
      assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(3600);
    }
    assertThat(
            claims(Files.readString(run.resolve("tokens/other/mdm.token"))).path("tenant").asText())
        .isEqualTo("other");
  }

  @Test
  void givesTokensToItsClients() throws Exception {
    // Given
    JsonNode client = client("other-mdm");
    String form =
        "grant_type=client_credentials&client_id=other-mdm&client_secret="
            + client.path("clientSecret").asText();

    // When
    HttpResponse<String> plain = post("/oauth2/token", form);
    HttpResponse<String> microsoft = post("/other/oauth2/v2.0/token", form);
    HttpResponse<String> wrong = post("/oauth2/token", form + "x");

    // Then
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(
            claims(JSON.readTree(plain.body()).path("access_token").asText())
                .path("tenant")
                .asText())
        .isEqualTo("other");
    assertThat(microsoft.statusCode()).isEqualTo(200);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).isEqualTo("{\"error\":\"invalid_client\"}");
  }

  @Test
  void publishesItsKeysAndWhereTheyAre() throws Exception {
    JsonNode discovery = JSON.readTree(get("/.well-known/openid-configuration").body());

    assertThat(discovery.path("jwks_uri").asText()).endsWith("/jwks");
    assertThat(JSON.readTree(get("/jwks").body()).path("keys")).hasSize(2);
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/oauth2/token").statusCode()).isEqualTo(405);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return https().send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String form) throws Exception {
    return https()
        .send(
            request(path).POST(HttpRequest.BodyPublishers.ofString(form)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + stack.ports().oauth() + path));
  }

  private static HttpClient https() throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", PemFiles.readCertificates(run.resolve("tls-ca.pem")).get(0));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static JsonNode client(String id) throws Exception {
    JsonNode clients = JSON.readTree(Files.readString(run.resolve("clients.json"))).path("clients");
    for (JsonNode client : clients) {
      if (client.path("clientId").asText().equals(id)) {
        return client;
      }
    }
    throw new AssertionError("no client " + id + " in " + clients);
  }

  private static JsonNode claims(String token) throws Exception {
    assertThat(token).doesNotContain("\n");
    return JSON.readTree(
        Base64.getUrlDecoder().decode(Arrays.asList(token.split("\\.", -1)).get(1)));
  }
}
