package io.certferry.gateway.ca;

import io.certferry.gateway.driver.CaDriverProvider;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The CAs of this connector; opened once, at start. */
@ApplicationScoped
public class CaDirectory {

  private final List<CaDriverProvider> providers;
  private final CaConfig config;
  private volatile Map<String, ReachableCa> cas = Map.of();

  CaDirectory(@All List<CaDriverProvider> providers, CaConfig config) {
    this.providers = providers;
    this.config = config;
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

  private ReachableCa open(String caId) {
    CaConfig.Ca ca = Objects.requireNonNull(config.cas().get(caId));
    if (ca.lease().compareTo(ca.callTimeout().multipliedBy(3)) < 0) {
      throw new IllegalStateException(
          "certferry.ca." + caId + ".lease must be at least three times its call-timeout");
    }
    return new ReachableCa(caId, ca.driver(), provider(caId, ca.driver()).open(caId), ca);
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
