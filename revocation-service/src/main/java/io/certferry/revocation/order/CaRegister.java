package io.certferry.revocation.order;

import io.certferry.revocation.policy.Reason;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The CAs as configured. */
@Singleton
public class CaRegister {

  private final CaConfig config;

  public CaRegister(CaConfig config) {
    this.config = config;
  }

  public Optional<CaConfig.Ca> find(String caId) {
    return Optional.ofNullable(config.cas().get(caId));
  }

  public Channel channelOf(String caId) {
    return find(caId).map(CaConfig.Ca::channel).orElse(Channel.CONNECTOR);
  }

  public boolean accepts(String caId, Reason reason) {
    return find(caId)
        .flatMap(CaConfig.Ca::acceptedReasons)
        .map(accepted -> accepted.contains(reason.code()))
        .orElse(true);
  }

  /** Whether there is anything that could show a revocation of this CA. */
  public boolean hasList(String caId) {
    return find(caId)
        .map(ca -> ca.crlUrls().isPresent() || ca.ocspUrls().isPresent())
        .orElse(false);
  }
}
