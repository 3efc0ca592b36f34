package io.certferry.revocation.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Makes the service issue tokens, with the key whose tokens it accepts. Starts after the testkit.
 */
public class OAuthResource implements QuarkusTestResourceLifecycleManager {

  /** The secret of the client {@code acme-ca}. */
  public static final String SECRET = "app~secret/+=&1";

  @Override
  public int order() {
    return 10;
  }

  @Override
  public Map<String, String> start() {
    Path directory = Path.of(System.getProperty("certferry.testkit.directory", "."));
    try {
      Path clients = Files.createTempFile("certferry-clients-", ".json");
      Files.writeString(
          clients,
          """
          [{"clientId": "acme-ca", "clientSecretSha256": "%s", "tenant": "default",
            "tenantNames": ["contoso.onmicrosoft.com"], "roles": ["ca-partner"]}]
          """
              .formatted(sha256(SECRET)));
      return Map.of(
          "certferry.oauth.signing-keys",
          directory.resolve("token-keys.json").toString(),
          "certferry.oauth.clients",
          clients.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void stop() {}
}
