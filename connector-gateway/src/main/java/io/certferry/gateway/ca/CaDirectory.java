package io.certferry.gateway.ca;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The CAs of this connector; opened once, at start. */
@ApplicationScoped
public class CaDirectory {

  private final List<CaDriverProvider> providers;
  private final CaConfig config;
  private final OwnHost host;
  private volatile Map<String, ReachableCa> cas = Map.of();

  @Inject
  CaDirectory(
      @All List<CaDriverProvider> providers,
      CaConfig config,
      @ConfigProperty(name = "certferry.connector.host-names") Optional<Set<String>> hostNames) {
    this(providers, config, OwnHost.of(hostNames.orElse(Set.of())));
  }

  CaDirectory(List<CaDriverProvider> providers, CaConfig config, OwnHost host) {
    this.providers = providers;
    this.config = config;
    this.host = host;
  }

  /**
   * Opens the drivers. Blocking.
   *
   * @throws IllegalStateException if a CA names a driver that does not exist or a lease that is too
   *     short
   */
  public void open(List<String> caIds) {
    Map<String, ReachableCa> opened = new LinkedHashMap<>();
    caIds.forEach(caId -> opened.put(caId, open(caId)));
    cas = Collections.unmodifiableMap(opened);
  }

  /** Closes the drivers. */
  public void close() {
    all().forEach(ca -> ca.driver().close());
    cas = Map.of();
  }

  public Collection<ReachableCa> all() {
    return cas.values();
  }

  public Optional<ReachableCa> find(String caId) {
    return Optional.ofNullable(cas.get(caId));
  }

  /**
   * Reaches a CA a second time, with other credentials; the caller closes it.
   *
   * @throws IllegalStateException as {@link #open}
   */
  public CaDriver openApart(ReachableCa ca, DriverConfig apart) {
    checkHosts(ca.caId(), apart);
    return provider(ca.caId(), ca.kind()).open(ca.caId(), apart);
  }

  private ReachableCa open(String caId) {
    CaConfig.Ca ca = Objects.requireNonNull(config.cas().get(caId));
    if (ca.lease().compareTo(ca.callTimeout().multipliedBy(3)) < 0) {
      throw new IllegalStateException(
          "certferry.ca." + caId + ".lease must be at least three times its call-timeout");
    }
    checkHosts(caId, ca);
    return new ReachableCa(caId, ca.driver(), provider(caId, ca.driver()).open(caId, ca), ca);
  }

  private void checkHosts(String caId, DriverConfig ca) {
    checkHost(caId, "url", ca.url());
    checkHost(caId, "adcs.policy-url", ca.adcs().policyUrl());
  }

  private void checkHost(String caId, String property, Optional<URI> url) {
    if (url.filter(host::is).isPresent()) {
      throw new IllegalStateException(
          "certferry.ca."
              + caId
              + "."
              + property
              + " names this very host: a connector must not run where the CA issues");
    }
  }

  private CaDriverProvider provider(String caId, String kind) {
    return providers.stream()
        .filter(provider -> provider.kind().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "certferry.ca." + caId + ".driver names no driver: " + kind));
  }
}
