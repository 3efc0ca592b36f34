package io.certferry.issuance.grant;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** How commands to a CA are signed. */
@ConfigMapping(prefix = "certferry.command")
public interface CommandConfig {

  /** PEM file with this service's signing key: PRIVATE KEY (PKCS#8, EC P-256) and PUBLIC KEY. */
  Path signingKey();
}
