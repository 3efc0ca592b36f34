package io.certferry.gateway.policy;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/**
 * Whose grants count; a file that the operator of this connector places, never learned from a
 * message.
 */
@ConfigMapping(prefix = "certferry.grant")
public interface GrantKeysConfig {

  /** PEM with one or more PUBLIC KEY blocks of profile-service. */
  Path verificationKeys();
}
