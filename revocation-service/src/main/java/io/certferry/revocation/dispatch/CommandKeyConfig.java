package io.certferry.revocation.dispatch;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** This service's own key for commands to CAs. */
@ConfigMapping(prefix = "certferry.command")
public interface CommandKeyConfig {

  /**
   * PEM file with the blocks PRIVATE KEY and PUBLIC KEY, EC P-256; connectors hold the public half.
   */
  Path signingKey();
}
