package io.certferry.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Access tokens for the services that {@link CertferryTestResource} runs in this JVM. */
public final class Tokens {

  private static final Duration VALIDITY = Duration.ofHours(1);

  private Tokens() {}

  /** A valid token of one role. */
  public static String token(String role, String tenant) {
    return issuer().token(role, tenant, VALIDITY);
  }

  /** A token that ended an hour ago. */
  public static String expired(String role, String tenant) {
    return issuer().token(role, tenant, VALIDITY.negated());
  }

  /** A token for somebody else's service. */
  public static String forAudience(String audience, String role, String tenant) {
    return issuer()
        .sign(
            new TokenIssuer.Claims(
                issuer().issuer(), audience, "somebody", tenant, List.of(role), VALIDITY),
            TokenIssuer.Algorithm.RS256);
  }

  /** A token in all things right, but signed by a stranger. */
  public static String fromStranger(String role, String tenant) {
    return TokenIssuer.generate(issuer().issuer(), InstantSource.system())
        .token(role, tenant, VALIDITY);
  }

  /** The issuer itself, to sign anything. */
  public static TokenIssuer issuer() {
    return SharedServers.tokenIssuer();
  }
}
