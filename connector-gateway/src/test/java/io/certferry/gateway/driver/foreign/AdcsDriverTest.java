package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.order;
import static io.certferry.gateway.driver.foreign.ForeignBench.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.adcs.AdcsDriverProvider;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.AdcsPeer;
import io.certferry.testkit.peer.AdcsPeer.TemplateOffer;
import io.certferry.testkit.peer.PeerReply;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import io.certferry.testkit.peer.WinRmPeer;
import io.certferry.testkit.process.FreePorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdcsDriverTest extends ForeignDriverContract {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;
  private AdcsPeer peer = new AdcsPeer(new LyingCa(ForeignBench.CLOCK), "", YEAR, List.of());
  private WinRmPeer winRm =
      new WinRmPeer(new LyingCa(ForeignBench.CLOCK), AdcsPeer.USER, ForeignBench.SECRET);

  @Override
  ForeignBench openBench() {
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    peer =
        new AdcsPeer(
            ca,
            ForeignBench.SECRET,
            YEAR,
            List.of(
                TemplateOffer.good(ForeignBench.TEMPLATE),
                new TemplateOffer("Large", 2, 4096, 1, true),
                new TemplateOffer("FromDirectory", 2, 2048, 0, true),
                new TemplateOffer("Old", 1, 2048, 1, true),
                new TemplateOffer("Forbidden", 2, 2048, 1, false)));
    winRm = new WinRmPeer(ca, AdcsPeer.USER, ForeignBench.SECRET);
    PeerServer server =
        PeerServer.start(
            tls,
            true,
            0,
            request ->
                request.path().equals("/wsman") ? winRm.apply(request) : peer.apply(request));
    Path secret = ForeignBench.write(directory.resolve("secret"), ForeignBench.SECRET + "\n");
    Map<String, String> properties = ForeignBench.properties(ca, server, tls, directory, secret);
    properties.put("url", server.url("/CES").toString());
    peer.enrolmentUrl(server.url("/CES").toString());
    return ForeignBench.of(
        ca, server, () -> ForeignBench.open(provider(), properties), tls, directory, secret);
  }

  private static AdcsDriverProvider provider() {
    return new AdcsDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK);
  }

  @AfterEach
  void clientKeptToTheSpecifications() {
    assertThat(peer.complaints()).isEmpty();
    assertThat(winRm.complaints()).isEmpty();
    assertThat(winRm.openShells()).isZero();
  }

  /** A driver that learns everything from the policy service. */
  private CaDriver byPolicy(Map<String, String> more) {
    Map<String, String> properties =
        new LinkedHashMap<>(
            ForeignBench.properties(
                bench().ca(), bench().server(), bench().tls(), directory, bench().secret()));
    properties.remove("url");
    properties.put("adcs.policy-url", bench().server().url("/CEP").toString());
    properties.putAll(more);
    return ForeignBench.open(provider(), properties);
  }

  @Test
  void findsAddressAndTemplatesThroughThePolicyService() {
    try (CaDriver driver = byPolicy(Map.of())) {
      assertThat(driver.templates())
          .extracting(template -> template.name())
          .containsExactly("User", "Large", "FromDirectory", "Old");
      assertThat(driver.templates().get(1).minimumKeySize()).isEqualTo(4096);
      assertThat(driver.templates().get(0).extendedKeyUsages())
          .containsExactly("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4");
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Issued.class);
    }
  }

  private Map<String, String> byCertificate() {
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    bench().tls().writeClient(AdcsPeer.CLIENT, certificate, key);
    return Map.of(
        "adcs.authentication", "certificate",
        "tls.client-certificate", certificate.toString(),
        "tls.client-key", key.toString());
  }

  @Test
  void authenticatesWithAClientCertificateToo() {
    try (CaDriver driver = byPolicy(byCertificate())) {
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Issued.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Nowhere, unknown-template",
    "Forbidden, not-authorised",
    "FromDirectory, subject-not-supplied"
  })
  void refusesBeforeTheCaHearsWhatCannotWork(String template, String code) {
    try (CaDriver driver = byPolicy(Map.of())) {
      // Given
      SubmissionDraft draft = draft();
      draft.template = template;

      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then
      assertThat(outcome)
          .isInstanceOfSatisfying(
              SubmitOutcome.ConfigurationError.class,
              error -> assertThat(error.code()).isEqualTo(code));
      assertThat(bench().server().seen()).noneMatch(request -> request.path().equals("/CES"));
    }
  }

  /** A standalone CA has no templates. */
  @Test
  void refusesACaThatPublishesNoTemplate() {
    AdcsPeer standalone = new AdcsPeer(bench().ca(), ForeignBench.SECRET, YEAR, List.of());
    try (PeerServer server = PeerServer.start(bench().tls(), false, 0, standalone);
        CaDriver driver = byPolicy(Map.of("adcs.policy-url", server.url("/CEP").toString()))) {
      // Then
      assertThat(driver.submit(order(draft())))
          .isInstanceOfSatisfying(
              SubmitOutcome.ConfigurationError.class,
              error -> assertThat(error.code()).isEqualTo("not-enterprise"));
      assertThat(bench().ca().submissions()).isZero();
      assertThat(driver.probe().findings())
          .anyMatch(finding -> "not-enterprise".equals(finding.code()) && !finding.ok());
    }
  }

  @Test
  void refusesAKeyBelowTheTemplatesLeast() {
    try (CaDriver driver = byPolicy(Map.of())) {
      // Given
      SubmissionDraft draft = draft();
      draft.key = KeyPairs.generate(KeySpec.RSA_2048);
      draft.template = "Large";

      // Then
      assertThat(driver.submit(order(draft)))
          .isInstanceOfSatisfying(
              SubmitOutcome.Denied.class,
              denied -> assertThat(denied.code()).isEqualTo("key-too-small"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "80094800, ConfigurationError",
    "80094801, ConfigurationError",
    "80094802, ConfigurationError",
    "80094807, ConfigurationError",
    "80094011, ConfigurationError",
    "80094012, ConfigurationError",
    "80070005, ConfigurationError",
    "800B0101, ConfigurationError",
    "800B0109, ConfigurationError",
    "80094001, Denied",
    "80094002, Denied",
    "80094003, Denied",
    "80094004, Denied",
    "80094014, Denied",
    "80094016, Denied",
    "80094803, Denied",
    "80094806, Denied",
    "80094809, Denied",
    "8009480A, Denied",
    "8009480B, Denied",
    "8009480C, Denied",
    "8009480D, Denied",
    "8009480E, Denied",
    "8009480F, Denied",
    "80094811, Denied",
    "80094812, Denied",
    "8000FFFF, Denied",
    "80094006, Retryable",
    "8009400F, Retryable",
    "80094015, Retryable",
    "800706BA, Retryable",
    "80072EFD, Retryable",
    "80092012, Retryable",
    "80092013, Retryable",
    "80094013, Retryable",
    "80090308, Retryable",
    "8009030C, Retryable",
    "800706BE, Unknown",
    "800706BF, Unknown",
    "80072EE2, Unknown"
  })
  void doesWhatTheErrorCodeDemands(String hresult, String kind) {
    // Given
    peer.failNext(Integer.parseUnsignedInt(hresult, 16));

    // When
    SubmitOutcome outcome = bench().submit(draft());

    // Then
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
  }

  @Test
  void survivesAnErrorPageThatIsNotSoap() {
    try (PeerServer html =
            PeerServer.start(
                bench().tls(),
                false,
                0,
                request ->
                    PeerReply.of(
                        502,
                        "text/html",
                        "<html><body>Bad gateway".getBytes(StandardCharsets.UTF_8)));
        CaDriver driver = byPolicy(Map.of("url", html.url("/CES").toString()))) {
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Unknown.class);
    }
  }

  @Test
  void readsNoDocumentType() {
    String xml =
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><s:Envelope"
            + " xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>&x;</s:Body></s:Envelope>";
    try (PeerServer evil =
            PeerServer.start(
                bench().tls(),
                false,
                0,
                request ->
                    PeerReply.of(
                        200, "application/soap+xml", xml.getBytes(StandardCharsets.UTF_8)));
        CaDriver driver = byPolicy(Map.of("url", evil.url("/CES").toString()))) {
      assertThat(driver.submit(order(draft())))
          .isEqualTo(new SubmitOutcome.Unknown("answer-not-understood"));
    }
  }

  @Test
  void lintsTheTemplates() {
    try (CaDriver driver = byPolicy(Map.of("templates.Missing.minimum-key-size", "2048"))) {
      assertThat(driver.probe().findings())
          .anyMatch(finding -> finding.check().equals("esc15:Old") && !finding.ok())
          .anyMatch(finding -> finding.check().equals("template:User") && finding.ok())
          .anyMatch(finding -> finding.check().equals("template:Missing") && !finding.ok())
          .anyMatch(finding -> finding.check().equals("esc1:User"));
    }
  }

  @Test
  void goesToTheNextAddressWhenNobodyOpensTheFirst() {
    // Given
    peer.preferredUrl("https://localhost:" + FreePorts.next() + "/CES");

    // Then
    try (CaDriver driver = byPolicy(Map.of())) {
      assertThat(driver.submit(order(draft()))).isInstanceOf(SubmitOutcome.Issued.class);
    }
  }

  private CaDriver revoking(Map<String, String> more) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("revocation.url", bench().server().url("/wsman").toString());
    properties.putAll(more);
    return byPolicy(properties);
  }

  private RevokeOrder revocation(SubmitOutcome issued) {
    return new RevokeOrder(
        parsed(issued).issuer().toRfc4514(), parsed(issued).serialHex(), "keyCompromise");
  }

  @Test
  void revokesAtTheConstrainedEndpoint() {
    try (CaDriver driver = revoking(Map.of())) {
      // Given
      SubmitOutcome issued = driver.submit(order(draft()));

      // When
      RevokeOutcome outcome = driver.revoke(revocation(issued));

      // Then
      assertThat(outcome).isInstanceOf(RevokeOutcome.Revoked.class);
      assertThat(driver.capabilities().revoke()).isTrue();
      assertThat(bench().ca().ledger())
          .allMatch(entry -> entry.status() == LedgerEntry.Status.REVOKED);
      assertThat(winRm.revocations())
          .singleElement()
          .satisfies(arguments -> assertThat(arguments).containsEntry("Reason", "1"));
      assertThat(driver.probe().findings())
          .anyMatch(finding -> finding.check().equals("revoke") && finding.ok());
    }
  }

  @Test
  void revokesWithAClientCertificateToo() {
    try (CaDriver driver = revoking(byCertificate())) {
      SubmitOutcome issued = driver.submit(order(draft()));
      assertThat(driver.revoke(revocation(issued))).isInstanceOf(RevokeOutcome.Revoked.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "80094004, Refused",
    "80070490, Refused",
    "80070005, Retryable",
    "80094009, Retryable",
    "800706BA, Retryable",
    "whatever, Retryable"
  })
  void believesNoRevocationThatTheCaDidNotConfirm(String code, String kind) {
    try (CaDriver driver = revoking(Map.of())) {
      // Given
      SubmitOutcome issued = driver.submit(order(draft()));
      winRm.endNextWith(code.toLowerCase(Locale.ROOT));

      // When
      RevokeOutcome outcome = driver.revoke(revocation(issued));

      // Then
      assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
    }
  }

  @Test
  void revokesNothingOfAnotherCa() {
    try (CaDriver driver = revoking(Map.of())) {
      assertThat(driver.revoke(new RevokeOrder("CN=Another", "01", "superseded")))
          .isInstanceOf(RevokeOutcome.Refused.class);
      assertThat(winRm.revocations()).isEmpty();
    }
  }

  @Test
  void letsARevocationWaitThatTheEndpointCannotDo() {
    try (CaDriver driver = revoking(Map.of("revocation.endpoint", "NoSuchEndpoint"))) {
      // Given
      SubmitOutcome issued = driver.submit(order(draft()));

      // Then
      assertThat(driver.revoke(revocation(issued)))
          .isEqualTo(new RevokeOutcome.Retryable("endpoint-missing"));
      assertThat(driver.probe().findings())
          .anyMatch(finding -> finding.check().equals("revoke") && !finding.ok());
    }
  }

  @Test
  void saysThatItCannotRevokeWithoutAnEndpoint() {
    try (CaDriver driver = byPolicy(Map.of())) {
      assertThat(driver.capabilities().revoke()).isFalse();
      assertThat(driver.revoke(new RevokeOrder("CN=x", "01", "superseded")))
          .isEqualTo(new RevokeOutcome.Retryable("cannot-revoke"));
      assertThat(driver.probe().findings())
          .anyMatch(
              finding -> finding.check().equals("revoke") && finding.sentence().contains("wait"));
    }
  }

  @Test
  void triesNoRevocationWithRefusedCredentialsTwice() {
    try (CaDriver driver = revoking(Map.of())) {
      // Given
      SubmitOutcome issued = driver.submit(order(draft()));
      ForeignBench.write(bench().secret(), "wrong");
      assertThat(driver.revoke(revocation(issued)))
          .isEqualTo(new RevokeOutcome.Retryable("credentials-refused"));
      int calls = bench().server().seen().size();

      // Then
      assertThat(driver.revoke(revocation(issued)))
          .isEqualTo(new RevokeOutcome.Retryable("credentials-refused"));
      assertThat(bench().server().seen()).hasSize(calls);
    }
  }
}
