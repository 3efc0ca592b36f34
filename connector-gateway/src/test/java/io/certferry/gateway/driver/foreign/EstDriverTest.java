package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.est.EstDriverProvider;
import io.certferry.testkit.ca.Lie;
import io.certferry.testkit.peer.EstPeer;
import io.certferry.testkit.peer.PeerReply;
import io.certferry.testkit.peer.PeerServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstDriverTest extends ForeignDriverContract {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;

  @Override
  ForeignBench openBench() {
    return ForeignPeer.EST.open(directory);
  }

  /** A driver of the same CA behind another server. */
  private CaDriver at(PeerServer server, Map<String, String> more) {
    Map<String, String> properties =
        new LinkedHashMap<>(
            ForeignBench.properties(
                bench().ca(), server, bench().tls(), directory, bench().secret()));
    properties.putAll(more);
    return ForeignBench.open(
        new EstDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK), properties);
  }

  private PeerServer server(boolean wantsClient, UnaryOperator<PeerReply> change) {
    EstPeer peer = new EstPeer(bench().ca(), ForeignBench.SECRET, YEAR);
    return PeerServer.start(
        bench().tls(), wantsClient, 0, request -> change.apply(peer.apply(request)));
  }

  @Test
  void authenticatesWithAClientCertificate() {
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    bench().tls().writeClient(EstPeer.USER, certificate, key);
    ForeignBench.write(bench().secret(), "not the password");
    try (PeerServer server = server(true, UnaryOperator.identity());
        CaDriver driver =
            at(
                server,
                Map.of(
                    "tls.client-certificate", certificate.toString(),
                    "tls.client-key", key.toString()))) {
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Issued.class);
    }
  }

  @Test
  void asksUnderTheLabelOfTheTemplate() {
    try (CaDriver driver = at(bench().server(), Map.of("templates.User.profile", "users"))) {
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(bench().server().seen())
          .anyMatch(request -> request.path().equals("/.well-known/est/users/simpleenroll"));
    }
  }

  @Test
  void waitsAsLongAsTheServerSays() {
    // Given
    bench().ca().lie(Lie.PENDS);

    // When
    SubmitOutcome outcome = bench().submit(draft());

    // Then
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SubmitOutcome.Pending.class,
            pending -> assertThat(pending.askAfter()).isEqualTo(Duration.ofMinutes(2)));
  }

  /** RFC 8951 section 3.1: with or without line ends, and no header tells. */
  @Test
  void readsBase64InOneLineWithoutAHeader() {
    UnaryOperator<PeerReply> oneLine =
        reply ->
            PeerReply.of(
                reply.status(),
                "application/pkcs7-mime",
                new String(reply.body(), StandardCharsets.US_ASCII)
                    .replaceAll("\\s", "")
                    .getBytes(StandardCharsets.US_ASCII));
    try (PeerServer server = server(false, oneLine);
        CaDriver driver = at(server, Map.of())) {
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(driver.probe().findings())
          .anyMatch(finding -> finding.check().equals("ca") && finding.ok());
    }
  }

  /** Section 4.5: SEQUENCE of the OID challengePassword. */
  @Test
  void saysThatAServerWantsWhatThisConnectorCannotGive() {
    UnaryOperator<PeerReply> wanting =
        reply ->
            reply.status() == 204
                ? PeerReply.of(
                    200,
                    "application/csrattrs",
                    "MAsGCSqGSIb3DQEJBw==".getBytes(StandardCharsets.US_ASCII))
                : reply;
    try (PeerServer server = server(false, wanting);
        CaDriver driver = at(server, Map.of())) {
      assertThat(driver.probe().findings())
          .anyMatch(
              finding ->
                  finding.check().equals("csr-attributes")
                      && !finding.ok()
                      && finding.sentence().contains("challenge password"));
    }
  }
}
