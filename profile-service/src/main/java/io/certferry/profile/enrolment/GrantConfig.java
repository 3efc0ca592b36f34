package io.certferry.profile.enrolment;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How grants are signed. */
@ConfigMapping(prefix = "certferry.grant")
public interface GrantConfig {

  /** PEM file with the blocks PRIVATE KEY (PKCS#8, EC P-256) and PUBLIC KEY. */
  String signingKey();

  /** How long after its signing a connector may act on a grant. */
  @WithDefault("PT24H")
  Duration validFor();
}
