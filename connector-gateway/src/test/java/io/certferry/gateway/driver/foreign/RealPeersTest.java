package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.order;
import static io.certferry.gateway.driver.foreign.ForeignBench.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.cfssl.CfsslDriverProvider;
import io.certferry.gateway.driver.cmp.CmpDriverProvider;
import io.certferry.gateway.driver.scep.ScepDriverProvider;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ExpectedCertificate;
import io.certferry.pki.certificate.IssuedCertificateCheck;
import io.certferry.pki.certificate.Mismatch;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The drivers against servers that others wrote: cfssl, micromdm's scepserver, OpenSSL's CMP. */
@Tag("ca-peers")
class RealPeersTest {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private Path directory;

  private CaDriver driver(
      CaDriverProvider provider, RealPeer peer, String path, Path chain, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("url", "http://127.0.0.1:" + peer.port() + path);
    properties.put("ca-certificate", chain.toString());
    properties.putIfAbsent("templates.User.maximum-validity", "P365D");
    return ForeignBench.open(provider, properties);
  }

  private static SubmissionDraft rsa() {
    SubmissionDraft draft = ForeignDriverContract.draft();
    draft.key = KeyPairs.generate(KeySpec.RSA_2048);
    return draft;
  }

  private static ExpectedCertificate expected(SubmissionDraft draft, CaDriver driver) {
    return new ExpectedCertificate(
        draft.key.spki(),
        DistinguishedName.ofCommonName(draft.commonName),
        Set.of(
            new SubjectAltName(SubjectAltName.Type.UPN, "alice@contoso.test"),
            new SubjectAltName(SubjectAltName.Type.EMAIL, "alice@contoso.test")),
        new HashSet<>(draft.extendedKeyUsages),
        Set.of(),
        draft.sid,
        Duration.ofSeconds(draft.validitySeconds + 1),
        driver.chain().stream().map(Bytes::toArray).toList(),
        Instant.now(),
        Duration.ofMinutes(5));
  }

  private RealPeer cfssl() {
    ForeignBench.write(
        directory.resolve("csr.json"),
        "{\"CN\":\"cfssl CA\",\"key\":{\"algo\":\"ecdsa\",\"size\":256}}");
    String profile =
        "{\"auth_key\":\"k\",\"expiry\":\"8760h\",\"usages\":[\"digital signature\",\"client"
            + " auth\",\"email protection\"]}";
    ForeignBench.write(
        directory.resolve("config.json"),
        "{\"auth_keys\":{\"k\":{\"type\":\"standard\",\"key\":\""
            + ForeignBench.SECRET
            + "\"}},\"signing\":{\"default\":"
            + profile
            + ",\"profiles\":{\"device\":"
            + profile
            + "}}}");
    RealPeer.run(directory, "sh", "-c", "cfssl gencert -initca csr.json | cfssljson -bare ca");
    return RealPeer.start(
        directory,
        "cfssl",
        "serve",
        "-address",
        "127.0.0.1",
        "-port",
        "PORT",
        "-ca",
        "ca.pem",
        "-ca-key",
        "ca-key.pem",
        "-config",
        "config.json");
  }

  private CaDriver cfssl(RealPeer peer, Path secret) {
    return driver(
        new CfsslDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK),
        peer,
        "",
        directory.resolve("ca.pem"),
        Map.of(
            "authentication.password-file", secret.toString(), "templates.User.profile", "device"));
  }

  @Test
  void seesWhatCfsslDroppedFromACertificate() {
    try (RealPeer peer = cfssl();
        CaDriver driver =
            cfssl(peer, ForeignBench.write(directory.resolve("key"), ForeignBench.SECRET))) {
      // Given
      SubmissionDraft draft = ForeignDriverContract.draft();

      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then: it is a certificate of the CA for our key, but not what the grant names
      assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
      List<Mismatch> mismatches =
          IssuedCertificateCheck.check(parsed(outcome).der(), List.of(), expected(draft, driver));
      assertThat(mismatches)
          .extracting(Mismatch::field)
          .contains("sid", "subjectAltNames")
          .doesNotContain("chain", "publicKey", "validity", "extendedKeyUsage");
      assertThat(driver.probe().findings())
          .anyMatch(finding -> finding.check().equals("ca") && finding.ok());
    }
  }

  @Test
  void triesARefusedCfsslKeyNeverAgain() {
    try (RealPeer peer = cfssl();
        CaDriver driver =
            cfssl(peer, ForeignBench.write(directory.resolve("key"), "ff".repeat(16)))) {
      assertThat(driver.submit(order(ForeignDriverContract.draft())))
          .isEqualTo(new SubmitOutcome.Retryable("credentials-refused"));
    }
  }

  private RealPeer scepserver() {
    RealPeer.run(directory, "scepserver", "ca", "-init", "-depot", "depot", "-keySize", "2048");
    return RealPeer.start(
        directory, "scepserver", "-depot", "depot", "-port", "PORT", "-challenge", "secret123");
  }

  private CaDriver scep(RealPeer peer, String challenge) {
    Path file = ForeignBench.write(directory.resolve("challenge"), challenge + "\n");
    return driver(
        new ScepDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK),
        peer,
        "/scep",
        directory.resolve("depot/ca.pem"),
        Map.of("authentication.password-file", file.toString()));
  }

  @Test
  void getsACertificateFromScepserver() {
    try (RealPeer peer = scepserver();
        CaDriver driver = scep(peer, "secret123")) {
      // Given
      SubmissionDraft draft = rsa();

      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then
      assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
      assertThat(driver.probe().ok()).isFalse();
      assertThat(driver.probe().findings())
          .anyMatch(finding -> finding.check().equals("ca") && finding.ok())
          .anyMatch(finding -> finding.check().equals("algorithms") && finding.ok());
    }
  }

  @Test
  void isRefusedByScepserverWithAWrongChallenge() {
    try (RealPeer peer = scepserver();
        CaDriver driver = scep(peer, "guessed")) {
      assertThat(driver.submit(order(rsa())))
          .isInstanceOfSatisfying(
              SubmitOutcome.Denied.class,
              denied -> assertThat(denied.code()).isEqualTo("scep-bad-request"));
    }
  }

  private RealPeer openssl(LyingCa ca, SubmissionDraft draft, String... more) {
    List<String> options =
        new ArrayList<>(List.of("-srv_ref", "connector", "-srv_secret", "pass:secret"));
    options.addAll(List.of(more));
    return opensslWith(ca, draft, options);
  }

  /** OpenSSL's mock answers with one certificate, so it is made for the key beforehand. */
  private RealPeer opensslWith(LyingCa ca, SubmissionDraft draft, List<String> options) {
    certificate(ca, draft, "rsp");
    List<String> command =
        new ArrayList<>(List.of("openssl", "cmp", "-port", "PORT", "-rsp_cert", "rsp.pem"));
    command.addAll(options);
    return RealPeer.start(directory, command.toArray(String[]::new));
  }

  /** Writes a certificate of the CA and its key. */
  private void certificate(LyingCa ca, SubmissionDraft draft, String name) {
    Answer.Issued made = (Answer.Issued) ca.submit(UUID.randomUUID(), draft.csr(), YEAR);
    ForeignBench.write(
        directory.resolve(name + ".pem"), Certificates.toPem(made.certificate().toArray()));
    ForeignBench.write(
        directory.resolve(name + ".key"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder()
                .encodeToString(draft.key.pkcs8().expose(SecretAccess.granted()))
            + "\n-----END PRIVATE KEY-----\n");
  }

  /** Both sides sign, and each wants the other's certificate to be of the CA. */
  private CaDriver signing(RealPeer peer, LyingCa ca) {
    return driver(
        new CmpDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK),
        peer,
        "",
        ForeignBench.writeChain(ca, directory.resolve("chain.pem")),
        Map.of(
            "cmp.signer-certificate", directory.resolve("signer.pem").toString(),
            "cmp.signer-key", directory.resolve("signer.key").toString()));
  }

  @Test
  void signsItsMessagesToOpensslAndBelievesItsSignature() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    certificate(ca, ForeignDriverContract.draft(), "signer");
    certificate(ca, ForeignDriverContract.draft(), "server");
    ForeignBench.writeChain(ca, directory.resolve("trusted.pem"));
    try (RealPeer peer =
            opensslWith(
                ca,
                draft,
                List.of(
                    "-srv_cert", "server.pem",
                    "-srv_key", "server.key",
                    "-srv_trusted", "trusted.pem"));
        CaDriver driver = signing(peer, ca)) {
      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then
      assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
    }
  }

  @Test
  void takesACertificateBackAtOpenssl() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft);
        CaDriver driver = cmp(peer, ca, "secret")) {
      ParsedCertificate issued = parsed(driver.submit(order(draft)));

      // Then
      assertThat(
              driver.revoke(
                  new RevokeOrder(
                      issued.issuer().toRfc4514(), issued.serialHex(), "keyCompromise")))
          .isInstanceOf(RevokeOutcome.Revoked.class);
      assertThat(driver.revoke(new RevokeOrder(issued.issuer().toRfc4514(), "1234", "superseded")))
          .isInstanceOf(RevokeOutcome.Refused.class);
    }
  }

  private CaDriver cmp(RealPeer peer, LyingCa ca, String secret) {
    return cmp(peer, ca, secret, "p10cr");
  }

  private CaDriver cmp(RealPeer peer, LyingCa ca, String secret, String form) {
    return driver(
        new CmpDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK),
        peer,
        "",
        ForeignBench.writeChain(ca, directory.resolve("chain.pem")),
        Map.of(
            "cmp.request",
            form,
            "authentication.username",
            "connector",
            "authentication.password-file",
            ForeignBench.write(directory.resolve("secret"), secret).toString()));
  }

  @Test
  void getsACertificateFromOpensslAndConfirmsIt() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft);
        CaDriver driver = cmp(peer, ca, "secret")) {
      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then
      assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
    }
  }

  /** As a registration authority that saw the proof of possession. */
  @ParameterizedTest
  @ValueSource(strings = {"cr", "ir"})
  void asksOpensslInTheOtherFormsToo(String form) {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft, "-accept_raverified");
        CaDriver driver = cmp(peer, ca, "secret", form)) {
      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then
      assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
    }
  }

  @Test
  void pollsOpensslUntilItIssues() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft, "-poll_count", "2", "-check_after", "7");
        CaDriver driver = cmp(peer, ca, "secret")) {
      // When
      SubmitOutcome outcome = driver.submit(order(draft));

      // Then: waiting, told when to ask, waiting still, and at last the certificate
      List<SubmitOutcome> seen = new ArrayList<>();
      while (outcome instanceof SubmitOutcome.Pending pending && seen.size() < 5) {
        seen.add(outcome);
        outcome = driver.query(pending.caRequestId(), Bytes.of(draft.csr()));
      }
      assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(seen)
          .anyMatch(
              step -> ((SubmitOutcome.Pending) step).askAfter().equals(Duration.ofSeconds(7)));
    }
  }

  @Test
  void takesOpensslsRejectionForFinal() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft, "-pkistatus", "2", "-failure", "19");
        CaDriver driver = cmp(peer, ca, "secret")) {
      assertThat(driver.submit(order(draft))).isInstanceOf(SubmitOutcome.Denied.class);
    }
  }

  @Test
  void takesAnAuthenticErrorForWhatItSays() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft, "-send_error", "-pkistatus", "2", "-failure", "22");
        CaDriver driver = cmp(peer, ca, "secret")) {
      // 22 is badCertTemplate… of the list; whichever it is, it is not a certificate
      assertThat(driver.submit(order(draft))).isNotInstanceOf(SubmitOutcome.Issued.class);
    }
  }

  @Test
  void believesNoAnswerThatNothingProtects() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft, "-send_unprotected");
        CaDriver driver = cmp(peer, ca, "secret")) {
      assertThat(driver.submit(order(draft)))
          .isEqualTo(new SubmitOutcome.Unknown("answer-not-authentic"));
    }
  }

  @Test
  void doesNotBelieveOpensslWithAnotherSecret() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    SubmissionDraft draft = ForeignDriverContract.draft();
    try (RealPeer peer = openssl(ca, draft);
        CaDriver driver = cmp(peer, ca, "guessed")) {
      assertThat(driver.submit(order(draft))).isNotInstanceOf(SubmitOutcome.Issued.class);
    }
  }
}
