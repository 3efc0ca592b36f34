package io.certferry.revocation.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.certferry.pki.ca.Ocsp;
import io.certferry.pki.ca.OcspStatus;
import io.certferry.pki.ca.RevocationReason;
import io.certferry.pki.certificate.Certificates;
import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.testing.TestCa;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OcspCheckTest {

  private static final String SERIAL = "2a0011";

  private final TestCa ca = TestCa.create();
  private final Vertx vertx = Vertx.vertx();
  private final Instant now = Instant.now();
  private HttpServer server;
  private UnaryOperator<byte[]> responder = request -> request;
  @TempDir Path directory;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/ocsp",
        exchange -> {
          byte[] answer = responder.apply(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    Files.writeString(directory.resolve("ca.pem"), Certificates.toPem(ca.certificate()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
    vertx.close();
  }

  @Test
  void believesARevocationThatTheCaSigned() throws EvidenceException {
    // Given
    responder = request -> answer(request, revoked(RevocationReason.KEY_COMPROMISE));

    // Then
    assertThat(check().ask(config(), SERIAL))
        .hasValueSatisfying(
            evidence -> {
              assertThat(evidence.kind()).isEqualTo("ocsp");
              assertThat(evidence.reason()).isEqualTo("keyCompromise");
              assertThat(evidence.crlNumber()).isNull();
            });
  }

  @Test
  void takesNeitherGoodNorUnknownNorAHoldForARevocation() throws EvidenceException {
    for (OcspStatus status :
        List.of(
            new OcspStatus.Good(),
            new OcspStatus.Unknown(),
            revoked(RevocationReason.CERTIFICATE_HOLD))) {
      // Given
      responder = request -> answer(request, status);

      // Then
      assertThat(check().ask(config(), SERIAL)).isEmpty();
    }
  }

  @Test
  void refusesAnAnswerThatAnotherCaSigned() {
    TestCa stranger = TestCa.create();
    responder =
        request ->
            stranger.ocsp(
                request, revoked(RevocationReason.UNSPECIFIED), now, now.plus(Duration.ofHours(1)));
    assertRefused(EvidenceProblem.NOT_SIGNED);
  }

  @Test
  void refusesAStaleAnswer() {
    responder =
        request ->
            ca.ocsp(
                request,
                revoked(RevocationReason.UNSPECIFIED),
                now.minus(Duration.ofDays(2)),
                now.minus(Duration.ofDays(1)));
    assertRefused(EvidenceProblem.STALE);
  }

  @Test
  void refusesAnAnswerToAnotherQuestion() {
    // Given an answer that was recorded before, with its nonce
    byte[] old =
        ca.ocsp(
            io.certferry.pki.ca.OcspAnswers.request(
                io.certferry.revocation.inventory.Serials.number(SERIAL),
                ca.certificate(),
                new byte[] {9, 9, 9, 9}),
            revoked(RevocationReason.UNSPECIFIED),
            now,
            now.plus(Duration.ofHours(1)));
    responder = request -> old;

    // Then
    assertRefused(EvidenceProblem.STALE);
  }

  @Test
  void refusesWhatIsNoAnswer() {
    responder = request -> "no".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertRefused(EvidenceProblem.UNREADABLE);
    responder = request -> Ocsp.buildFailure(Ocsp.Failure.TRY_LATER);
    assertRefused(EvidenceProblem.NO_ANSWER);
  }

  private void assertRefused(EvidenceProblem problem) {
    assertThatThrownBy(() -> check().ask(config(), SERIAL))
        .isInstanceOfSatisfying(
            EvidenceException.class, e -> assertThat(e.problem()).isEqualTo(problem));
  }

  private OcspStatus revoked(RevocationReason reason) {
    return new OcspStatus.Revoked(now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS), reason);
  }

  private byte[] answer(byte[] request, OcspStatus status) {
    return ca.ocsp(request, status, now, now.plus(Duration.ofHours(1)));
  }

  private OcspCheck check() {
    FetchConfig config = new TestedFetch(List.of("127.0.0.0/8"));
    return new OcspCheck(new RemoteFetch(vertx, config), config, InstantSource.system());
  }

  private CaConfig.Ca config() {
    return new TestedCa(
        Optional.empty(),
        Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ocsp")),
        directory);
  }
}
