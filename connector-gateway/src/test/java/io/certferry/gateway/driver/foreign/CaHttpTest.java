package io.certferry.gateway.driver.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.est.EstDriverProvider;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.ConnectProxy;
import io.certferry.testkit.peer.EstPeer;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection to a CA, seen through the simplest driver. */
class CaHttpTest {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;
  private LyingCa ca;
  private PeerTls tls;
  private PeerServer server;
  private Path secret;
  private final List<CaDriver> opened = new ArrayList<>();

  @BeforeEach
  void start() {
    ca = new LyingCa(ForeignBench.CLOCK);
    tls = new PeerTls(ForeignBench.CLOCK);
    server = PeerServer.start(tls, true, 0, new EstPeer(ca, ForeignBench.SECRET, YEAR));
    secret = ForeignBench.write(directory.resolve("secret"), ForeignBench.SECRET);
  }

  @AfterEach
  void stop() {
    opened.forEach(CaDriver::close);
    server.close();
  }

  private CaDriver driver(Consumer<Map<String, String>> change) {
    Map<String, String> properties = ForeignBench.properties(ca, server, tls, directory, secret);
    change.accept(properties);
    CaDriver driver =
        ForeignBench.open(
            new EstDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK), properties);
    opened.add(driver);
    return driver;
  }

  private static SubmitOutcome submit(CaDriver driver) {
    return driver.submit(ForeignBench.order(ForeignDriverContract.draft()));
  }

  @Test
  void trustsOnlyWhatItWasTold() {
    // Given
    CaDriver driver = driver(properties -> properties.remove("tls.trust"));

    // Then
    assertThat(submit(driver)).isEqualTo(new SubmitOutcome.Retryable("tls-untrusted"));
    assertThat(driver.probe().findings())
        .anyMatch(finding -> finding.sentence().contains("tls.trust"));
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void tellsThatANameDoesNotResolve() {
    // Given
    CaDriver driver =
        driver(
            properties ->
                properties.put("url", "https://localhost.localdomain.invalid:" + server.port()));

    // Then
    assertThat(submit(driver)).isEqualTo(new SubmitOutcome.Retryable("name-not-found"));
  }

  @Test
  void refusesToStartWithAWrongAddress() {
    assertThatThrownBy(() -> driver(properties -> properties.put("url", "ftp://ca.example")))
        .hasMessage("certferry.ca.test.url must begin with https://");
    assertThatThrownBy(() -> driver(properties -> properties.put("url", "https://a:b@ca.example")))
        .hasMessageContaining("no user");
    assertThatThrownBy(() -> driver(properties -> properties.remove("ca-certificate")))
        .hasMessage("certferry.ca.test.ca-certificate is missing");
    assertThatThrownBy(
            () -> driver(properties -> properties.keySet().removeIf(k -> k.startsWith("templ"))))
        .hasMessageContaining("at least one template");
  }

  @Test
  void refusesToStartWithAChainInTheWrongOrder() {
    // Given
    String pem =
        io.certferry.pki.certificate.Certificates.toPem(ca.chain().get(1).toArray())
            + io.certferry.pki.certificate.Certificates.toPem(ca.chain().get(0).toArray());
    Path file = ForeignBench.write(directory.resolve("upside-down.pem"), pem);

    // Then
    assertThatThrownBy(() -> driver(p -> p.put("ca-certificate", file.toString())))
        .hasMessageContaining("issuing CA first and its root last");
  }

  @Test
  void authenticatesWithAClientCertificate() {
    // Given
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    tls.writeClient(EstPeer.USER, certificate, key);
    CaDriver driver =
        driver(
            properties -> {
              properties.remove("authentication.password-file");
              properties.put("tls.client-certificate", certificate.toString());
              properties.put("tls.client-key", key.toString());
            });

    // Then
    assertThat(submit(driver)).isInstanceOf(SubmitOutcome.Issued.class);
    assertThat(server.seen()).allMatch(request -> request.client().equals(EstPeer.USER));
  }

  @Test
  void triesAWrongPasswordOnceHoweverManyRequestsWait() {
    // Given
    ForeignBench.write(secret, "wrong");
    CaDriver driver = driver(properties -> {});

    // When
    List<CompletableFuture<SubmitOutcome>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(CompletableFuture.supplyAsync(() -> submit(driver)));
    }

    // Then
    assertThat(all)
        .allSatisfy(
            outcome ->
                assertThat(outcome.join())
                    .isEqualTo(new SubmitOutcome.Retryable("credentials-refused")));
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void goesThroughAProxyThatWantsAPassword() {
    try (ConnectProxy proxy = new ConnectProxy("certferry", "let me out")) {
      // Given
      Path password = ForeignBench.write(directory.resolve("proxy"), "let me out\n");
      CaDriver driver = driver(properties -> throughProxy(properties, proxy, password));

      // Then
      assertThat(submit(driver)).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(proxy.tunnels()).isEqualTo(1);
    }
  }

  @Test
  void triesAWrongProxyPasswordOnce() {
    try (ConnectProxy proxy = new ConnectProxy("certferry", "let me out")) {
      // Given
      Path password = ForeignBench.write(directory.resolve("proxy"), "wrong\n");
      CaDriver driver = driver(properties -> throughProxy(properties, proxy, password));

      // When
      SubmitOutcome first = submit(driver);
      SubmitOutcome second = submit(driver);

      // Then
      assertThat(List.of(first, second))
          .containsOnly(new SubmitOutcome.Retryable("proxy-credentials-refused"));
      assertThat(proxy.refusals()).isEqualTo(1);
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void goesPastTheProxyToHostsThatAreExcluded() {
    try (ConnectProxy proxy = new ConnectProxy("certferry", "let me out")) {
      // Given
      Path password = ForeignBench.write(directory.resolve("proxy"), "let me out");
      CaDriver driver =
          driver(
              properties -> {
                throughProxy(properties, proxy, password);
                properties.put("proxy.exclude", "*.corp.example,localhost");
              });

      // Then
      assertThat(submit(driver)).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(proxy.tunnels()).isZero();
    }
  }

  private static void throughProxy(
      Map<String, String> properties, ConnectProxy proxy, Path password) {
    properties.put("proxy.url", proxy.url().toString());
    properties.put("proxy.username", "certferry");
    properties.put("proxy.password-file", password.toString());
  }
}
