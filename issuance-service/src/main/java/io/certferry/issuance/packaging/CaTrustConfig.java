package io.certferry.issuance.packaging;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Map;

/** Which CA certificates are believed. */
@ConfigMapping(prefix = "certferry.ca-trust")
public interface CaTrustConfig {

  /**
   * PEM file with the roots (or issuing CAs) that a CA's certificates must chain to, by caId. A CA
   * without an entry is held to the roots that the grant names, or else to the root that its first
   * certificate came under.
   */
  Map<String, Path> anchors();
}
