package io.certferry.pfximport.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.messaging.Cause;
import io.certferry.pfximport.TestTls;
import io.certferry.pfximport.delivery.IssuanceClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IssuanceClientTest {

  private final AtomicInteger status = new AtomicInteger(201);
  private final AtomicReference<String> seen = new AtomicReference<>("");
  private HttpsServer server;

  @BeforeEach
  void demandsAClientCertificate() throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(TestTls.context("server")) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    server.createContext(
        "/internal/v1/packages/",
        call -> {
          seen.set(
              call.getRequestMethod()
                  + " "
                  + call.getRequestURI()
                  + " "
                  + new String(call.getRequestBody().readAllBytes(), UTF_8));
          call.sendResponseHeaders(status.get(), -1);
          call.close();
        });
    server.start();
  }

  @AfterEach
  void stops() {
    server.stop(0);
  }

  @Test
  void putsThePackageWithItsClientCertificate() {
    // Given
    Delivery delivery = delivery();

    // When
    Answer answer = client("client").put(delivery, "{}".getBytes(UTF_8));

    // Then
    assertThat(answer).isInstanceOf(Answer.Taken.class);
    assertThat(seen.get()).isEqualTo("PUT /internal/v1/packages/" + delivery.packageId() + " {}");
  }

  @Test
  void isNotHeardWithAStrangersCertificate() {
    // When
    Answer answer = client("stranger").put(delivery(), "{}".getBytes(UTF_8));

    // Then
    assertThat(answer).isInstanceOf(Answer.Unavailable.class);
    assertThat(seen.get()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"409, package-conflict", "410, withdrawn", "422, package-refused"})
  void takesARefusalForFinal(int code, String reason) {
    // Given
    status.set(code);

    // When
    Answer answer = client("client").put(delivery(), "{}".getBytes(UTF_8));

    // Then
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource({"403", "429", "500", "503"})
  void takesEverythingElseForTemporary(int code) {
    // Given
    status.set(code);

    // Then
    assertThat(client("client").put(delivery(), "{}".getBytes(UTF_8)))
        .isInstanceOf(Answer.Unavailable.class);
  }

  private IssuanceClient client(String identity) {
    return new IssuanceClient(
        new IssuanceConfig() {
          @Override
          public URI url() {
            return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
          }

          @Override
          public Duration timeout() {
            return Duration.ofSeconds(10);
          }

          @Override
          public Tls tls() {
            return files(identity);
          }
        });
  }

  private static IssuanceConfig.Tls files(String identity) {
    return new IssuanceConfig.Tls() {
      @Override
      public Optional<Path> certificate() {
        return Optional.of(TestTls.certificate(identity));
      }

      @Override
      public Optional<Path> key() {
        return Optional.of(TestTls.key(identity));
      }

      @Override
      public Optional<Path> trust() {
        return Optional.of(TestTls.ca());
      }
    };
  }

  private static Delivery delivery() {
    return new Delivery(
        UUID.randomUUID(),
        new NaturalKey("default", "dev-1", "u1", UUID.randomUUID(), "AB", 1),
        UUID.randomUUID(),
        null,
        null,
        null,
        "a.b.c",
        new byte[0],
        "",
        Delivery.State.PACKAGED,
        null,
        null,
        null,
        UUID.randomUUID(),
        null,
        1,
        0,
        1,
        Instant.EPOCH,
        new Cause("story-1", null, null));
  }
}
