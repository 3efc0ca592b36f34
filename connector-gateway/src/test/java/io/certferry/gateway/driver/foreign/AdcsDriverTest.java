package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.adcs.AdcsDriverProvider;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.AdcsPeer;
import io.certferry.testkit.peer.AdcsPeer.TemplateOffer;
import io.certferry.testkit.peer.PeerReply;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
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
    PeerServer server = PeerServer.start(tls, true, 0, peer);
    Path secret = ForeignBench.write(directory.resolve("secret"), ForeignBench.SECRET + "\n");
    Map<String, String> properties = ForeignBench.properties(ca, server, tls, directory, secret);
    properties.put("url", server.url("/CES").toString());
    peer.enrolmentUrl(server.url("/CES").toString());
    return new ForeignBench(
        ca, server, ForeignBench.open(provider(), properties), tls, directory, secret);
  }

  private static AdcsDriverProvider provider() {
    return new AdcsDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK);
  }

  @AfterEach
  void clientKeptToTheSpecifications() {
    assertThat(peer.complaints()).isEmpty();
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

  @Test
  void authenticatesWithAClientCertificateToo() {
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    bench().tls().writeClient(AdcsPeer.CLIENT, certificate, key);
    try (CaDriver driver =
        byPolicy(
            Map.of(
                "adcs.authentication", "certificate",
                "tls.client-certificate", certificate.toString(),
                "tls.client-key", key.toString()))) {
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
    "80094012, ConfigurationError",
    "80070005, ConfigurationError",
    "80094014, Denied",
    "80094811, Denied",
    "8009480F, Denied",
    "80094006, Retryable",
    "800706BA, Retryable",
    "800706BE, Unknown",
    "80092013, Retryable",
    "8009030C, Retryable",
    "80094002, Denied",
    "8000FFFF, Denied"
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
}
