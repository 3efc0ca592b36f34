package io.certferry.revocation.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.certferry.pki.ca.RevocationReason;
import io.certferry.pki.certificate.Certificates;
import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.testing.TestCa;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrlCheckTest {

  private static final String SERIAL = "2a0011";

  private final TestCa ca = TestCa.create();
  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch forever = new CountDownLatch(1);
  private HttpServer server;
  private byte[] served = new byte[0];
  @TempDir Path directory;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/ca.crl",
        exchange -> {
          exchange.sendResponseHeaders(200, served.length);
          exchange.getResponseBody().write(served);
          exchange.close();
        });
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://169.254.169.254/ca.crl");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/gone",
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1_024];
          try {
            while (true) {
              exchange.getResponseBody().write(block);
            }
          } catch (IOException e) {
            exchange.close();
          }
        });
    server.createContext(
        "/never",
        exchange -> {
          try {
            forever.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    Files.writeString(directory.resolve("ca.pem"), Certificates.toPem(ca.certificate()));
  }

  @AfterEach
  void stop() {
    forever.countDown();
    server.stop(0);
    vertx.close();
  }

  @Test
  void believesAFreshCrlOfTheCa() throws EvidenceException {
    // Given
    served = ca.crl(7, List.of(SERIAL));

    // When
    TrustedCrl crl = check("127.0.0.0/8").fetch(config("/ca.crl"), null);

    // Then
    assertThat(crl.evidenceOf(SERIAL))
        .hasValueSatisfying(
            evidence -> {
              assertThat(evidence.kind()).isEqualTo("crl");
              assertThat(evidence.crlNumber()).isEqualTo(BigInteger.valueOf(7));
              assertThat(evidence.source()).endsWith("/ca.crl");
            });
    assertThat(crl.evidenceOf("2a0012")).isEmpty();
  }

  @Test
  void doesNotTakeAHoldForARevocation() throws EvidenceException {
    // Given
    Instant now = Instant.now();
    served =
        ca.crl(7, now, now.plusSeconds(60), List.of(SERIAL), RevocationReason.CERTIFICATE_HOLD);

    // Then
    assertThat(check("127.0.0.0/8").fetch(config("/ca.crl"), null).evidenceOf(SERIAL)).isEmpty();
  }

  @Test
  void refusesAStaleCrl() {
    Instant now = Instant.now();
    served =
        ca.crl(7, now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)), List.of(SERIAL));
    assertRefused("/ca.crl", null, EvidenceProblem.STALE);
  }

  @Test
  void refusesACrlFromTheFuture() {
    Instant now = Instant.now();
    served = ca.crl(7, now.plus(Duration.ofHours(1)), now.plus(Duration.ofDays(1)), List.of());
    assertRefused("/ca.crl", null, EvidenceProblem.FROM_THE_FUTURE);
  }

  @Test
  void refusesACrlThatAnotherCaSigned() {
    served = TestCa.create().crl(7, List.of(SERIAL));
    assertRefused("/ca.crl", null, EvidenceProblem.NOT_SIGNED);
  }

  @Test
  void refusesACrlWhoseBytesWereChanged() {
    byte[] crl = ca.crl(7, List.of(SERIAL));
    crl[crl.length - 3] ^= 1;
    served = crl;
    assertRefused("/ca.crl", null, EvidenceProblem.NOT_SIGNED);
  }

  @Test
  void refusesWhatIsNoCrl() {
    served = "<html>sign in</html>".getBytes(StandardCharsets.US_ASCII);
    assertRefused("/ca.crl", null, EvidenceProblem.UNREADABLE);
  }

  @Test
  void refusesACrlThatIsOlderThanOneSeenBefore() {
    served = ca.crl(7, List.of());
    assertRefused("/ca.crl", BigInteger.valueOf(8), EvidenceProblem.ROLLED_BACK);
  }

  @Test
  void refusesAHugeAnswer() {
    assertRefused("/endless", null, EvidenceProblem.TOO_LARGE);
  }

  @Test
  void followsNoRedirect() {
    assertRefused("/moved", null, EvidenceProblem.REDIRECTED);
  }

  @Test
  void refusesAnotherStatus() {
    assertRefused("/gone", null, EvidenceProblem.HTTP_STATUS);
  }

  @Test
  void doesNotWaitForEver() {
    assertRefused("/never", null, EvidenceProblem.TIMEOUT);
  }

  @Test
  void doesNotGoToAPrivateAddressThatIsNotNamed() {
    assertThatThrownBy(() -> check("10.0.0.0/8").fetch(config("/ca.crl"), null))
        .isInstanceOfSatisfying(
            EvidenceException.class,
            e -> assertThat(e.problem()).isEqualTo(EvidenceProblem.ADDRESS_NOT_ALLOWED));
  }

  @Test
  void refusesAnAddressThatIsNotOfTheWeb() {
    assertThatThrownBy(
            () ->
                check("127.0.0.0/8")
                    .fetch(
                        new TestedCa(
                            Optional.of(URI.create("file:///etc/passwd")),
                            Optional.empty(),
                            directory),
                        null))
        .isInstanceOfSatisfying(
            EvidenceException.class,
            e -> assertThat(e.problem()).isEqualTo(EvidenceProblem.ADDRESS_MALFORMED));
  }

  @Test
  void saysThatTheCasCertificateCannotBeRead() throws IOException {
    // Given
    served = ca.crl(7, List.of(SERIAL));

    // When it is not there, or is something else
    Files.delete(directory.resolve("ca.pem"));
    assertRefused("/ca.crl", null, EvidenceProblem.ISSUER_UNREADABLE);
    Files.writeString(
        directory.resolve("ca.pem"),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");

    // Then
    assertRefused("/ca.crl", null, EvidenceProblem.ISSUER_UNREADABLE);
  }

  private void assertRefused(String path, @Nullable BigInteger highest, EvidenceProblem problem) {
    assertThatThrownBy(() -> check("127.0.0.0/8").fetch(config(path), highest))
        .isInstanceOfSatisfying(
            EvidenceException.class, e -> assertThat(e.problem()).isEqualTo(problem));
  }

  private CrlCheck check(String network) {
    FetchConfig config = new TestedFetch(List.of(network));
    return new CrlCheck(new RemoteFetch(vertx, config), config, InstantSource.system());
  }

  private CaConfig.Ca config(String path) {
    return new TestedCa(
        Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path)),
        Optional.empty(),
        directory);
  }
}
