package io.certferry.gateway.driver.scep;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;

/** Opens {@code driver=scep}. */
@Singleton
public class ScepDriverProvider implements CaDriverProvider {

  private static final Set<String> SCHEMES = Set.of("https", "http");

  private final Vertx vertx;
  private final InstantSource clock;

  public ScepDriverProvider(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "scep";
  }

  @Override
  public CaDriver open(String caId, DriverConfig config) {
    Settings settings = new Settings(caId, config);
    settings.refuseInFipsMode("driver", "is scep, whose envelopes are RSA with PKCS #1 v1.5");
    ForeignCa ca = settings.ca(new CaHttp(vertx, config), clock);
    ScepServer server = new ScepServer(ca.http(), settings.url(SCHEMES), ca.chain(), clock);
    return new ScepDriver(ca, server, signer(settings, config));
  }

  private ScepSigner signer(Settings settings, DriverConfig config) {
    if (config.scep().signerCertificate().isEmpty()) {
      return ScepSigner.generated(settings.caId(), clock.instant());
    }
    try {
      return ScepSigner.read(
          config.scep().signerCertificate().get(),
          settings.required("scep.signer-key", config.scep().signerKey()));
    } catch (IOException e) {
      throw settings.wrong("scep.signer-certificate", String.valueOf(e.getMessage()));
    }
  }
}
