package io.certferry.issuance.imported;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** The listener for pfx-import-service, apart from the one with the REST API. */
@ConfigMapping(prefix = "certferry.internal")
public interface InternalConfig {

  /** Address to listen at. */
  @WithDefault("127.0.0.1")
  String host();

  /** TCP port; 0 takes any free one. */
  @WithDefault("8445")
  int port();

  /** PEM: this service's certificate and its chain. */
  Optional<Path> certificate();

  /** PEM, PKCS#8: its private key, mode 0600. */
  Optional<Path> key();

  /** PEM: the CAs that a caller's certificate must chain to. Without it nothing listens. */
  Optional<Path> clientAnchors();

  /** DNS name that the caller's certificate must carry. */
  @WithDefault("pfx-import-service")
  String clientName();

  /** Most bytes of a body. */
  @WithDefault("4194304")
  int maxBody();
}
