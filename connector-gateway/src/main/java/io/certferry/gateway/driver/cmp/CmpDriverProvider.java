package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.gateway.driver.wire.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Set;

/** Opens {@code driver=cmp}. */
@Singleton
public class CmpDriverProvider implements CaDriverProvider {

  private static final Set<String> SCHEMES = Set.of("https", "http");

  private final Vertx vertx;
  private final InstantSource clock;

  public CmpDriverProvider(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "cmp";
  }

  @Override
  public CaDriver open(String caId, DriverConfig config) {
    Settings settings = new Settings(caId, config);
    PinnedChain chain = settings.chain();
    CaHttp http = new CaHttp(vertx, config);
    CmpWire wire =
        new CmpWire(
            http, settings.url(SCHEMES), protection(settings, config, http, chain), chain, clock);
    return new CmpDriver(
        http,
        wire,
        chain,
        settings.templates(),
        config.cmp().revoke(),
        config.maxInFlight(),
        clock);
  }

  private Protection protection(
      Settings settings, DriverConfig config, CaHttp http, PinnedChain chain) {
    if (config.cmp().signerCertificate().isPresent()) {
      return new SignatureProtection(
          config.cmp().signerCertificate().get(),
          settings.required("cmp.signer-key", config.cmp().signerKey()),
          chain,
          clock);
    }
    String reference =
        settings.required("authentication.username", config.authentication().username());
    settings.required("authentication.password-file", config.authentication().passwordFile());
    return new SecretProtection(reference, http.credentials());
  }
}
