package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.DriverConfig;
import io.certferry.pki.CryptoProviders;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what a driver cannot do without; a mistake stops the start and names the property. */
public record Settings(String caId, DriverConfig config) {

  /**
   * The CA's address.
   *
   * @param schemes that the protocol may be spoken over
   */
  public URI url(Set<String> schemes) {
    return checked("url", required("url", config.url()), schemes);
  }

  /** Another address that must be of one of these schemes. */
  public URI checked(String property, URI url, Set<String> schemes) {
    if (url.getScheme() == null || !schemes.contains(url.getScheme())) {
      throw wrong(
          property, "must begin with " + String.join(":// or ", new TreeSet<>(schemes)) + "://");
    }
    if (url.getHost() == null || url.getUserInfo() != null) {
      throw wrong(property, "must name a host, and no user");
    }
    return url;
  }

  /** The CA's pinned chain. */
  public PinnedChain chain() {
    try {
      return PinnedChain.read(required("ca-certificate", config.caCertificate()));
    } catch (IllegalArgumentException e) {
      throw wrong("ca-certificate", String.valueOf(e.getMessage()));
    }
  }

  /** What the operator says that the CA offers; at least one. */
  public ConfiguredTemplates templates() {
    if (config.templates().isEmpty()) {
      throw wrong("templates", "must name at least one template, as templates.<name>.profile");
    }
    return new ConfiguredTemplates(config.templates());
  }

  /** What every driver has of the CA. */
  public ForeignCa ca(CaHttp http, InstantSource clock) {
    return new ForeignCa(http, chain(), templates(), config.maxInFlight(), clock);
  }

  public <T> T required(String property, Optional<T> value) {
    return value.orElseThrow(() -> wrong(property, "is missing"));
  }

  /**
   * Refuses at the start what FIPS mode does not allow.
   *
   * @param why such as {@code needs RSA with PKCS #1 v1.5}
   */
  public void refuseInFipsMode(String property, String why) {
    if (CryptoProviders.isApprovedOnly()) {
      throw wrong(property, why + ", which FIPS mode does not allow");
    }
  }

  public IllegalStateException wrong(String property, String why) {
    return new IllegalStateException("certferry.ca." + caId + "." + property + " " + why);
  }
}
