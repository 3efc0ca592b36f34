package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.pki.key.KeySpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.File;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Microsoft's client for JavaScript. Needs node and {@code npm ci} in {@code src/test/js}; skipped
 * aloud without them, except where CI promises them.
 */
@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class GraphJavaScriptQuarkusTest {

  private static final Path SCRIPTS = Path.of("src/test/js");

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init")
  URL graph;

  @Test
  void createsListsFiltersGetsPatchesAndDeletes() throws Exception {
    // Given
    requireNode();
    PfxImportFixture.Key key = newKey();
    TestPfx pfx = TestPfx.of("erin", KeySpec.EC_256);
    String upn = "Erin-" + UUID.randomUUID() + "@contoso.test";

    // When
    JsonNode seen;
    try (TokenEndpoint tokens = TokenEndpoint.start()) {
      seen =
          run(
              tokens,
              ContractJson.mapper()
                  .writeValueAsString(
                      PfxImportFixture.body(key, pfx, pfx.file("secret", 0), upn, "secret")));
    }

    // Then
    String id = seen.at("/created/id").asText();
    assertThat(id).matches("[0-9a-f]{32}-[0-9a-f]{40}");
    assertThat(seen.at("/created/encryptedPfxBlob").asText()).isEqualTo("AA==");
    assertThat(seen.at("/created/encryptedPfxPassword").asText()).isEmpty();
    assertThat(seen.at("/created/intendedPurpose").asText()).isEqualTo("smimeEncryption");
    assertThat(seen.at("/got/id").asText()).isEqualTo(id);
    assertThat(seen.at("/gotByParenthesis/id").asText()).isEqualTo(id);
    assertThat(seen.at("/listed/value")).hasSize(1);
    assertThat(seen.at("/listed/@odata.count").asInt()).isEqualTo(1);
    assertThat(seen.at("/selected/value/0").has("userPrincipalName")).isFalse();
    assertThat(seen.at("/patched/intendedPurpose").asText()).isEqualTo("wifi");
    assertThat(id).startsWith(seen.at("/users/value/0/id").asText().replace("-", ""));
    assertThat(seen.at("/twice/statusCode").asInt()).isEqualTo(409);
    assertThat(seen.at("/twice/requestId").asText()).isNotBlank();
    assertThat(seen.at("/wrong/code").asText()).isEqualTo("BadRequest");
    assertThat(seen.at("/wrong/message").asText()).contains("thumbprint");
    assertThat(seen.at("/gone/statusCode").asInt()).isEqualTo(404);
  }

  private JsonNode run(TokenEndpoint tokens, String entity) throws Exception {
    Path output = Files.createTempFile("graph-client-", ".json");
    Path errors = Files.createTempFile("graph-client-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("node", "graph-client.mjs")
            .directory(SCRIPTS.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().put("NODE_EXTRA_CA_CERTS", TestTls.ca().toString());
    builder.environment().put("GRAPH_URL", "https://127.0.0.1:" + graph.getPort());
    builder
        .environment()
        .put("TOKEN_URL", tokens.authority() + TokenEndpoint.TENANT_ID + "/oauth2/v2.0/token");
    builder.environment().put("CLIENT_ID", TokenEndpoint.CLIENT_ID);
    builder.environment().put("CLIENT_SECRET", TokenEndpoint.SECRET);
    builder.environment().put("ENTITY", entity);
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String problems = Files.readString(errors, StandardCharsets.UTF_8);
    assertThat(ended && process.exitValue() == 0).as(problems).isTrue();
    return ContractJson.mapper().readTree(Files.readAllBytes(output));
  }

  private static void requireNode() {
    boolean node =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "node")));
    boolean installed =
        Files.isDirectory(SCRIPTS.resolve("node_modules/@microsoft/microsoft-graph-client"));
    if ("true".equals(System.getenv("CI"))) {
      assertThat(node && installed).as("node and npm ci in src/test/js").isTrue();
    }
    Assumptions.assumeTrue(
        node && installed, () -> "SKIPPED: node is missing, or npm ci did not run in src/test/js");
  }
}
