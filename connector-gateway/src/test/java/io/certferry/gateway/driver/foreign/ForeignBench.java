package io.certferry.gateway.driver.foreign;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.ca.CaConfig;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A driver, opened from properties as an operator writes them, and the server that it talks to.
 *
 * @param opener opens another driver of the same CA, as another connector would
 * @param secret the password file
 */
public record ForeignBench(
    LyingCa ca,
    PeerServer server,
    CaDriver driver,
    Supplier<CaDriver> opener,
    PeerTls tls,
    Path directory,
    Path secret)
    implements AutoCloseable {

  public static final Vertx VERTX = Vertx.vertx();
  public static final InstantSource CLOCK = InstantSource.system();
  public static final String SECRET = "00112233445566778899aabbccddeeff";
  public static final String TEMPLATE = "User";

  /** In seconds. */
  public static final long YEAR = Duration.ofDays(365).toSeconds();

  /** Long enough for a loaded machine, short enough for a test. */
  private static final String TOTAL_TIMEOUT = "PT2S";

  static ForeignBench of(
      LyingCa ca,
      PeerServer server,
      Supplier<CaDriver> opener,
      PeerTls tls,
      Path directory,
      Path secret) {
    return new ForeignBench(ca, server, opener.get(), opener, tls, directory, secret);
  }

  /** A driver of a kind; its properties without {@code certferry.ca.<id>.}. */
  public static CaDriver open(CaDriverProvider provider, Map<String, String> properties) {
    Map<String, String> all = new LinkedHashMap<>();
    properties.forEach((name, value) -> all.put("certferry.ca.test." + name, value));
    CaConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(CaConfig.class)
            .withSources(new PropertiesConfigSource(all, "bench", 100))
            .build()
            .getConfigMapping(CaConfig.class);
    return provider.open("test", Objects.requireNonNull(config.cas().get("test")));
  }

  /** The properties that every driver here has. */
  public static Map<String, String> properties(
      LyingCa ca, PeerServer server, PeerTls tls, Path directory, Path secret) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("url", server.url("").toString());
    properties.put("ca-certificate", writeChain(ca, directory.resolve("ca.pem")).toString());
    properties.put("tls.trust", tls.writeTrust(directory.resolve("tls.pem")).toString());
    properties.put("authentication.username", "connector");
    properties.put("authentication.password-file", secret.toString());
    properties.put("http.total-timeout", TOTAL_TIMEOUT);
    properties.put("http.connect-timeout", "PT1S");
    properties.put("templates." + TEMPLATE + ".maximum-validity", "P365D");
    return properties;
  }

  public static Path writeChain(LyingCa ca, Path file) {
    String pem =
        ca.chain().stream()
            .map(certificate -> Certificates.toPem(certificate.toArray()))
            .collect(Collectors.joining());
    return write(file, pem);
  }

  public static Path write(Path file, String content) {
    try {
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static SubmitOrder order(SubmissionDraft draft) {
    return new SubmitOrder(
        draft.requestId, 1, Bytes.of(draft.csr()), draft.template, draft.validitySeconds);
  }

  public SubmitOutcome submit(SubmissionDraft draft) {
    return driver.submit(order(draft));
  }

  public static ParsedCertificate parsed(SubmitOutcome outcome) {
    return Certificates.parse(((SubmitOutcome.Issued) outcome).certificate().toArray());
  }

  @Override
  public void close() {
    driver.close();
    server.close();
  }
}
