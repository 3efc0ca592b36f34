package io.certferry.pfximport.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How issuance-service is reached. */
@ConfigMapping(prefix = "certferry.issuance")
public interface IssuanceConfig {

  /** Base URL, such as {@code https://issuance-service:8443}. */
  URI url();

  /** How long an answer may take. */
  @WithDefault("PT10S")
  Duration timeout();

  /** Mutual TLS; needed for an https URL. */
  Tls tls();

  /** Files of mutual TLS. */
  interface Tls {

    /** PEM: this service's certificate and its chain. */
    Optional<Path> certificate();

    /** PEM, PKCS#8: its private key, mode 0600. */
    Optional<Path> key();

    /** PEM: the CAs that issuance-service's certificate must chain to. */
    Optional<Path> trust();
  }
}
