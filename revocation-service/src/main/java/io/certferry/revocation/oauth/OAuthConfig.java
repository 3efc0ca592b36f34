package io.certferry.revocation.oauth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The token endpoint for clients that speak Microsoft's dialect. Without a signing key it is off
 * (404): tokens come from the organisation's own identity provider then.
 */
@ConfigMapping(prefix = "certferry.oauth")
public interface OAuthConfig {

  /** JWK set file with private keys (RSA or EC P-256); the first one signs. Mode 0600. */
  Optional<Path> signingKeys();

  /** JSON file with the clients, see {@link OAuthClients}. Mode 0600; read anew when it changes. */
  Optional<Path> clients();

  /** The tokens' {@code iss}: what the services are told to accept. */
  @WithDefault("${mp.jwt.verify.issuer:}")
  Optional<String> issuer();

  /** The tokens' {@code aud}. */
  @WithDefault("certferry")
  String audience();

  /** How long a token holds. */
  @WithDefault("PT1H")
  Duration validity();
}
