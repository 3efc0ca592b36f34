package io.certferry.gateway.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Who this connector is to the registrar. */
@ConfigMapping(prefix = "certferry.connector.identity")
public interface IdentityConfig {

  /** {@code https://host:port} of a registrar; without it the connector registers by itself. */
  Optional<URI> registrar();

  /** Where keys and identities lie, and where {@code <tenant>.token} is put to enrol. */
  Optional<Path> directory();

  /** The longest that a call may take. */
  @WithDefault("PT10S")
  Duration timeout();
}
