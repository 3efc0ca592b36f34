package io.certferry.revocation.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JavaType;
import io.certferry.contracts.ContractJson;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for tokens: {@code [{"clientId", "clientSecretSha256", "tenant", "tenantNames":
 * ["contoso.onmicrosoft.com"], "roles": ["ca-partner"]}]}. A plain {@code clientSecret} is read as
 * well.
 */
@Singleton
class OAuthClients {

  private static final JavaType LIST =
      ContractJson.mapper().getTypeFactory().constructCollectionType(List.class, Client.class);

  private final Optional<Path> file;
  private volatile Loaded loaded = new Loaded(null, List.of());

  OAuthClients(OAuthConfig config) {
    this.file = config.clients();
  }

  /**
   * A client.
   *
   * @param tenantNames other names that its tenant goes by in the token endpoint's path
   */
  record Client(
      String clientId,
      @Nullable String clientSecret,
      @Nullable String clientSecretSha256,
      String tenant,
      @Nullable List<String> tenantNames,
      List<String> roles) {

    boolean hasSecret(String offered) {
      String expected = clientSecretSha256 == null ? hashOfPlain() : clientSecretSha256;
      return expected != null
          && MessageDigest.isEqual(expected.getBytes(UTF_8), sha256(offered).getBytes(UTF_8));
    }

    private @Nullable String hashOfPlain() {
      return clientSecret == null ? null : sha256(clientSecret);
    }

    boolean isOf(String tenantName) {
      return tenant.equals(tenantName)
          || (tenantNames != null && tenantNames.contains(tenantName))
          || tenantName.equals("adfs");
    }

    @Override
    public String toString() {
      return "Client[" + clientId + "]";
    }
  }

  private record Loaded(@Nullable FileTime modified, List<Client> clients) {}

  /** The client that proves to be one; empty for anybody else. */
  Optional<Client> authenticate(String tenantName, String clientId, String secret) {
    return clients().stream()
        .filter(client -> client.clientId().equals(clientId))
        .filter(client -> client.hasSecret(secret))
        .filter(client -> client.isOf(tenantName))
        .findFirst();
  }

  private List<Client> clients() {
    if (file.isEmpty()) {
      return List.of();
    }
    try {
      FileTime modified = Files.getLastModifiedTime(file.get());
      Loaded current = loaded;
      if (!modified.equals(current.modified())) {
        List<Client> read = ContractJson.mapper().readValue(Files.readAllBytes(file.get()), LIST);
        current = new Loaded(modified, List.copyOf(read));
        loaded = current;
      }
      return current.clients();
    } catch (IOException e) {
      throw new UncheckedIOException("certferry.oauth.clients cannot be read", e);
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
}
