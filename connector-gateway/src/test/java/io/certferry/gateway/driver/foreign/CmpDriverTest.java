package io.certferry.gateway.driver.foreign;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class CmpDriverTest extends ForeignDriverContract {

  @TempDir private Path directory;

  @Override
  ForeignBench openBench() {
    return ForeignPeer.CMP.open(directory);
  }
}
