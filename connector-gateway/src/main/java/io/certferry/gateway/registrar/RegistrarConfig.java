package io.certferry.gateway.registrar;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The registrar role of this instance. */
@ConfigMapping(prefix = "certferry.registrar")
public interface RegistrarConfig {

  /**
   * Where the CA of the identities lies, one file of mode 0600 that all registrars share; made if
   * it is not there. Without it this instance is no registrar.
   */
  Optional<Path> directory();

  /** Address to listen at. */
  @WithDefault("127.0.0.1")
  String host();

  /** TCP port; 0 takes any free one. */
  @WithDefault("8446")
  int port();

  /** Names and addresses that connectors call it by. */
  @WithDefault("localhost,127.0.0.1")
  List<String> names();

  /** How long a token may be used. */
  @WithDefault("PT15M")
  Duration tokenLife();

  /** How long an identity is valid; connectors renew after two thirds. */
  @WithDefault("P30D")
  Duration identityLife();
}
