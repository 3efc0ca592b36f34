package io.certferry.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client-credentials request (RFC 6749, 4.4), its client named in the body or by basic
 * authentication (2.3.1).
 *
 * @param grantType {@code grant_type}
 * @param clientId who asks
 * @param clientSecret and proves it
 */
record TokenRequest(String grantType, String clientId, String clientSecret) {

  private static final String BASIC = "Basic ";

  /** An answer of the endpoint: a client, or an error of RFC 6749, 5.2. */
  sealed interface Verdict {
    record Granted(OAuthClient client) implements Verdict {}

    record Refused(int status, String error) implements Verdict {}
  }

  /** Parses the form; what is absent becomes an empty text. */
  static TokenRequest parse(String form, @Nullable String authorization) {
    Map<String, String> fields = fields(form);
    Optional<String[]> basic = basic(authorization);
    return new TokenRequest(
        fields.getOrDefault("grant_type", ""),
        basic.map(pair -> pair[0]).orElse(fields.getOrDefault("client_id", "")),
        basic.map(pair -> pair[1]).orElse(fields.getOrDefault("client_secret", "")));
  }

  /**
   * Decides.
   *
   * @param clients that exist
   * @param tenant of the path, if it names one; it must be the client's
   */
  Verdict judge(List<OAuthClient> clients, Optional<String> tenant) {
    if (grantType.isEmpty()) {
      return new Verdict.Refused(400, "invalid_request");
    }
    if (!grantType.equals("client_credentials")) {
      return new Verdict.Refused(400, "unsupported_grant_type");
    }
    return clients.stream()
        .filter(client -> client.clientId().equals(clientId))
        .filter(client -> client.hasSecret(clientSecret))
        .filter(client -> tenant.map(client.tenant()::equals).orElse(true))
        .findFirst()
        .<Verdict>map(Verdict.Granted::new)
        .orElse(new Verdict.Refused(401, "invalid_client"));
  }

  @Override
  public String toString() {
    return "TokenRequest[clientId=" + clientId + "]";
  }

  private static Map<String, String> fields(String form) {
    Map<String, String> fields = new HashMap<>();
    for (String pair : form.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return fields;
  }

  private static Optional<String[]> basic(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(BASIC)) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(Base64.getDecoder().decode(authorization.substring(BASIC.length())), UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new String[] {decode(pair.substring(0, colon)), decode(pair.substring(colon + 1))});
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A malformed escape is no name that exists. */
  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
