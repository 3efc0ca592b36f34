package io.certferry.gateway.driver.cfssl;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Settings;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Set;

/** Opens {@code driver=cfssl}. */
@Singleton
public class CfsslDriverProvider implements CaDriverProvider {

  private static final Set<String> SCHEMES = Set.of("https", "http");

  private final Vertx vertx;
  private final InstantSource clock;

  public CfsslDriverProvider(Vertx vertx, InstantSource clock) {
    this.vertx = vertx;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "cfssl";
  }

  @Override
  public CaDriver open(String caId, DriverConfig config) {
    Settings settings = new Settings(caId, config);
    settings.required("authentication.password-file", config.authentication().passwordFile());
    return new CfsslDriver(settings.ca(new CaHttp(vertx, config), clock), settings.url(SCHEMES));
  }
}
