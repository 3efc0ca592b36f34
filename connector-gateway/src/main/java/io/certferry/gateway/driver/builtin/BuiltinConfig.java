package io.certferry.gateway.driver.builtin;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The built-in CA. */
@ConfigMapping(prefix = "certferry.builtin")
public interface BuiltinConfig {

  /**
   * Where the key file lies under which the CA's keys are sealed; shared by all instances. Must be
   * set to use the built-in CA.
   */
  Optional<Path> directory();

  /**
   * Where relying parties reach this service: CRL, OCSP and issuer URLs in certificates begin with
   * it.
   */
  @WithDefault("http://127.0.0.1:8083")
  String publicUrl();

  /**
   * Keys of both tiers: EC-256, EC-384, RSA-2048, RSA-3072 or RSA-4096. Only matters when the CA is
   * made.
   */
  @WithDefault("EC-256")
  String keySpec();

  /** Common name of the root. */
  @WithDefault("Certferry Root CA")
  String rootName();

  /** Common name of the issuing CA. */
  @WithDefault("Certferry Issuing CA")
  String issuingName();

  /** Validity of the root. */
  @WithDefault("P7300D")
  Duration rootValidity();

  /** Validity of the issuing CA. */
  @WithDefault("P3650D")
  Duration issuingValidity();

  /** Templates whose requests wait for a manager. */
  Optional<Set<String>> managerApproval();

  /** From thisUpdate to nextUpdate of a CRL. */
  @WithDefault("P7D")
  Duration crlValidity();

  /** A CRL is made anew when it is older, revocations or not. */
  @WithDefault("P1D")
  Duration crlInterval();

  /** The shortest time between two CRLs that revocations ask for. */
  @WithDefault("PT1S")
  Duration crlPause();

  /** From thisUpdate to nextUpdate of an OCSP answer. */
  @WithDefault("PT1H")
  Duration ocspValidity();
}
