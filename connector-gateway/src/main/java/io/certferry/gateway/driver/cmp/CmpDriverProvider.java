package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.ForeignCa;
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
    ForeignCa ca = settings.ca(new CaHttp(vertx, config), clock);
    CmpWire wire =
        new CmpWire(
            ca.http(), settings.url(SCHEMES), protection(settings, config, ca), ca.chain(), clock);
    return new CmpDriver(
        ca, wire, RequestForm.configured(settings, config.cmp().request()), config.cmp().revoke());
  }

  private Protection protection(Settings settings, DriverConfig config, ForeignCa ca) {
    if (config.cmp().signerCertificate().isPresent()) {
      return new SignatureProtection(
          config.cmp().signerCertificate().get(),
          settings.required("cmp.signer-key", config.cmp().signerKey()),
          ca.chain(),
          clock);
    }
    settings.refuseInFipsMode(
        "cmp.signer-certificate", "is missing: a shared secret is used with an iterated hash");
    String reference =
        settings.required("authentication.username", config.authentication().username());
    settings.required("authentication.password-file", config.authentication().passwordFile());
    return new SecretProtection(reference, ca.http().credentials());
  }
}
