package io.certferry.gateway.driver.foreign;

import io.certferry.gateway.driver.cmp.CmpDriverProvider;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.CmpPeer;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

class CmpDriverTest extends ForeignDriverContract {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;

  @Override
  ForeignBench openBench() {
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    PeerServer server =
        PeerServer.start(null, false, 0, new CmpPeer(ca, ForeignBench.SECRET, YEAR));
    Path secret = ForeignBench.write(directory.resolve("secret"), ForeignBench.SECRET + "\n");
    return ForeignBench.of(
        ca,
        server,
        () ->
            ForeignBench.open(
                new CmpDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK),
                ForeignBench.properties(ca, server, tls, directory, secret)),
        tls,
        directory,
        secret);
  }
}
