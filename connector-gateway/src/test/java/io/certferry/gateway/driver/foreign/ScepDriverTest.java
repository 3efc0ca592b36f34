package io.certferry.gateway.driver.foreign;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class ScepDriverTest extends ForeignDriverContract {

  @TempDir private Path directory;

  @Override
  ForeignBench openBench() {
    return ForeignPeer.SCEP.open(directory);
  }

  @Override
  boolean hasSecret() {
    return false;
  }
}
