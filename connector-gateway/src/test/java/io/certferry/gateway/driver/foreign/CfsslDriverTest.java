package io.certferry.gateway.driver.foreign;

import io.certferry.gateway.driver.cfssl.CfsslDriverProvider;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.CfsslPeer;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class CfsslDriverTest extends ForeignDriverContract {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;

  @Override
  ForeignBench openBench() {
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    PeerServer server =
        PeerServer.start(tls, false, 0, new CfsslPeer(ca, ForeignBench.SECRET, YEAR));
    Path secret = ForeignBench.write(directory.resolve("secret"), ForeignBench.SECRET + "\n");
    return ForeignBench.of(
        ca,
        server,
        () ->
            ForeignBench.open(
                new CfsslDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK),
                ForeignBench.properties(ca, server, tls, directory, secret)),
        tls,
        directory,
        secret);
  }
}
