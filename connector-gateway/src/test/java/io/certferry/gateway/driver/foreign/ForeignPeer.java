package io.certferry.gateway.driver.foreign;

import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.adcs.AdcsDriverProvider;
import io.certferry.gateway.driver.cfssl.CfsslDriverProvider;
import io.certferry.gateway.driver.cmp.CmpDriverProvider;
import io.certferry.gateway.driver.est.EstDriverProvider;
import io.certferry.gateway.driver.scep.ScepDriverProvider;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.AdcsPeer;
import io.certferry.testkit.peer.AdcsPeer.TemplateOffer;
import io.certferry.testkit.peer.CfsslPeer;
import io.certferry.testkit.peer.CmpPeer;
import io.certferry.testkit.peer.EstPeer;
import io.certferry.testkit.peer.PeerReply;
import io.certferry.testkit.peer.PeerRequest;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import io.certferry.testkit.peer.ScepPeer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** One server of each protocol, in front of a lying CA. */
public enum ForeignPeer {
  EST(
      true,
      true,
      "",
      EstDriverProvider::new,
      ca -> new EstPeer(ca, ForeignBench.SECRET, ForeignBench.YEAR)),
  /** The server checks the CSR's own signature, so there is no challenge in it. */
  SCEP(false, false, "/scep", ScepDriverProvider::new, ca -> ScepPeer.of(ca, ForeignBench.YEAR)),
  CMP(
      false,
      true,
      "",
      CmpDriverProvider::new,
      ca -> new CmpPeer(ca, ForeignBench.SECRET, ForeignBench.YEAR)),
  CFSSL(
      true,
      true,
      "",
      CfsslDriverProvider::new,
      ca -> new CfsslPeer(ca, ForeignBench.SECRET, ForeignBench.YEAR)),
  ADCS(
      true,
      true,
      "/CES",
      AdcsDriverProvider::new,
      ca ->
          new AdcsPeer(
              ca,
              ForeignBench.SECRET,
              ForeignBench.YEAR,
              List.of(TemplateOffer.good(ForeignBench.TEMPLATE))));

  private final boolean overTls;
  private final boolean hasSecret;
  private final String path;
  private final BiFunction<Vertx, InstantSource, CaDriverProvider> provider;
  private final Function<LyingCa, Function<PeerRequest, PeerReply>> door;

  ForeignPeer(
      boolean overTls,
      boolean hasSecret,
      String path,
      BiFunction<Vertx, InstantSource, CaDriverProvider> provider,
      Function<LyingCa, Function<PeerRequest, PeerReply>> door) {
    this.overTls = overTls;
    this.hasSecret = hasSecret;
    this.path = path;
    this.provider = provider;
    this.door = door;
  }

  /** Starts the server and opens a driver. */
  public ForeignBench open(Path directory) {
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    PeerServer server = PeerServer.start(overTls ? tls : null, false, 0, door.apply(ca));
    Path secret = ForeignBench.write(directory.resolve("secret"), ForeignBench.SECRET + "\n");
    Map<String, String> properties = ForeignBench.properties(ca, server, tls, directory, secret);
    properties.put("url", server.url(path).toString());
    if (!hasSecret) {
      properties.remove("authentication.password-file");
    }
    CaDriverProvider opener = provider.apply(ForeignBench.VERTX, ForeignBench.CLOCK);
    return ForeignBench.of(
        ca, server, () -> ForeignBench.open(opener, properties), tls, directory, secret);
  }
}
