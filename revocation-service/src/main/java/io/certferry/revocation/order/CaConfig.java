package io.certferry.revocation.order;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What this service is told of orders and of the CAs. */
@ConfigMapping(prefix = "certferry.revocation")
public interface CaConfig {

  /**
   * How far an MDM's clock may be behind ours: what was decided until then ends with its device.
   */
  @WithDefault("PT5M")
  Duration clockTolerance();

  /** How long the barrier may stay unreported before its order is announced again; doubles. */
  @WithDefault("PT30S")
  Duration barrierResendAfter();

  /**
   * By CA id; a CA that is not named here is reached through connectors and has no list to check.
   */
  Map<String, Ca> cas();

  /** One CA. */
  interface Ca {

    /** Who carries revocations to it: connector or partner. */
    @WithDefault("connector")
    Channel channel();

    /** Where its complete CRL is, in order of preference. */
    @WithName("crl-urls")
    Optional<List<URI>> crlUrls();

    /** Where its OCSP responder is. */
    @WithName("ocsp-urls")
    Optional<List<URI>> ocspUrls();

    /** PEM files with the CA certificates that may have signed the list, the current one first. */
    Optional<List<Path>> issuerCertificates();

    /** RFC 5280 reasons that it takes; all when absent. For another one it is told unspecified. */
    Optional<List<String>> acceptedReasons();

    /** Most commands per second, but for compromises; the general setting when absent. */
    OptionalDouble commandsPerSecond();

    /**
     * Most commands that wait for its answer, but for compromises; the general setting when absent.
     */
    OptionalInt inFlight();

    /** What partners call this CA in {@code caConfiguration}. */
    Optional<String> partnerConfiguration();
  }
}
