package io.certferry.local;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A client of the token endpoint.
 *
 * @param clientId {@code <role>}, or {@code other-<role>} in the second tenant
 * @param clientSecret 192 random bits
 * @param tenant for which it gets tokens
 * @param roles that its tokens carry
 */
record OAuthClient(String clientId, String clientSecret, String tenant, List<String> roles) {

  static final List<String> ROLES =
      List.of("profile-admin", "pki-admin", "mdm", "operator", "auditor", "ca-partner");

  private static final int SECRET_BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** One client per role and tenant. */
  static List<OAuthClient> generate() {
    List<OAuthClient> clients = new ArrayList<>();
    for (String role : ROLES) {
      clients.add(new OAuthClient(role, secret(), "default", List.of(role)));
      clients.add(new OAuthClient("other-" + role, secret(), "other", List.of(role)));
    }
    return List.copyOf(clients);
  }

  /** A random text without padding, fit for URLs and SQL. */
  static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Compares in constant time. */
  boolean hasSecret(String given) {
    return MessageDigest.isEqual(
        clientSecret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "OAuthClient[" + clientId + "]";
  }
}
