package io.certferry.gateway.driver.lying;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverContract;
import io.certferry.testkit.ca.Lie;
import io.certferry.testkit.ca.LyingCa;
import java.time.InstantSource;

class LyingDriverTest implements CaDriverContract {

  private final LyingDriver driver =
      new LyingDriver(new LyingCa(InstantSource.system()), InstantSource.system());

  @Override
  public CaDriver driver() {
    return driver;
  }

  @Override
  public void willPend() {
    driver.ca().lie(Lie.PENDS);
  }

  @Override
  public void approve(String caRequestId) {
    driver.ca().approve(caRequestId);
  }
}
