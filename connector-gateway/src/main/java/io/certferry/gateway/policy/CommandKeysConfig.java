package io.certferry.gateway.policy;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/**
 * Whose commands count; a file that the operator of this connector places, never learned from a
 * message.
 */
@ConfigMapping(prefix = "certferry.command")
public interface CommandKeysConfig {

  /** PEM with one or more PUBLIC KEY blocks of issuance- and revocation-service. */
  Path verificationKeys();
}
