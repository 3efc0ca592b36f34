package io.certferry.gateway.driver.foreign;

import io.certferry.gateway.driver.scep.ScepDriverProvider;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import io.certferry.testkit.peer.ScepPeer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The server checks the CSR's own signature, so there is no challenge in it. */
class ScepDriverTest extends ForeignDriverContract {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;

  @Override
  ForeignBench openBench() {
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    PeerServer server = PeerServer.start(null, false, 0, ScepPeer.of(ca, YEAR));
    Path secret = ForeignBench.write(directory.resolve("secret"), "unused");
    Map<String, String> properties = ForeignBench.properties(ca, server, tls, directory, secret);
    properties.remove("authentication.password-file");
    properties.put("url", server.url("/scep").toString());
    return ForeignBench.of(
        ca,
        server,
        () ->
            ForeignBench.open(
                new ScepDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK), properties),
        tls,
        directory,
        secret);
  }

  @Override
  boolean hasSecret() {
    return false;
  }
}
