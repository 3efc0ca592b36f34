package io.certferry.pfximport.delivery;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** Whose grants are believed. */
@ConfigMapping(prefix = "certferry.grant")
public interface GrantConfig {

  /** PEM file with one or more public keys of profile-service (several while one is replaced). */
  Path verificationKeys();
}
