package io.certferry.gateway.driver.lying;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.testkit.ca.LyingCa;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Makes {@code certferry.ca.<id>.driver=lying} work in tests. */
@Singleton
public class LyingDriverProvider implements CaDriverProvider {

  private final InstantSource clock;
  private final Map<String, LyingCa> cas = new ConcurrentHashMap<>();

  public LyingDriverProvider(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "lying";
  }

  @Override
  public CaDriver open(String caId, DriverConfig config) {
    return new LyingDriver(cas.computeIfAbsent(caId, id -> new LyingCa(clock)), clock);
  }
}
