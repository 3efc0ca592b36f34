package io.certferry.pki.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.Randomness;
import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.ca.OcspRequest.CertificateId;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OcspTest {
  static Stream<Arguments> statuses() {
    return Stream.of(
        Arguments.of(new OcspStatus.Good(), "leaf.pem: good"),
        Arguments.of(
            new OcspStatus.Revoked(TestPki.START, RevocationReason.SUPERSEDED),
            "leaf.pem: revoked"),
        Arguments.of(new OcspStatus.Unknown(), "leaf.pem: unknown"));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void answersWhatOpensslAskedAndVerifies(
      OcspStatus status, String expected, @TempDir Path directory) throws IOException {
    // Given
    CaTest.pem(directory, "leaf.pem", TestPki.leaf(KeySpec.EC_256));
    CaTest.pem(directory, "issuing.pem", TestPki.ISSUING);
    Tool.OPENSSL
        .run(directory, "ocsp", "-issuer", "issuing.pem", "-cert", "leaf.pem", "-reqout", "req.der")
        .assertSucceeded();
    OcspRequest request = Ocsp.parseRequest(Files.readAllBytes(directory.resolve("req.der")));
    assertThat(request.nonce()).isNotNull();

    // When
    Files.write(directory.resolve("resp.der"), answer(request, status));
    Tool.Outcome outcome =
        Tool.OPENSSL.run(
            directory,
            "ocsp",
            "-no_nonce",
            "-issuer",
            "issuing.pem",
            "-cert",
            "leaf.pem",
            "-reqin",
            "req.der",
            "-respin",
            "resp.der",
            "-partial_chain",
            "-CAfile",
            "issuing.pem");

    // Then
    outcome.assertSucceeded();
    assertThat(outcome.output()).contains("Response verify OK", expected).doesNotContain("WARNING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-sha1", "-sha256"})
  void recognisesCertificatesOfItsOwnCa(String digest, @TempDir Path directory) throws IOException {
    // Given
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    CaTest.pem(directory, "leaf.pem", leaf);
    CaTest.pem(directory, "issuing.pem", TestPki.ISSUING);
    Tool.OPENSSL
        .run(
            directory,
            "ocsp",
            digest,
            "-issuer",
            "issuing.pem",
            "-cert",
            "leaf.pem",
            "-reqout",
            "req.der")
        .assertSucceeded();

    // When
    CertificateId id =
        Ocsp.parseRequest(Files.readAllBytes(directory.resolve("req.der"))).certificates().get(0);

    // Then
    assertThat(id.serial()).isEqualTo(Certificates.parse(leaf).serial());
    assertThat(Ocsp.isIssuedBy(id, TestPki.ISSUING)).isTrue();
    assertThat(Ocsp.isIssuedBy(id, TestPki.POLICY)).isFalse();
  }

  @Test
  void readsItsOwnRequestWithAndWithoutANonce() {
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    byte[] nonce = Randomness.bytes(16);
    assertThat(Ocsp.parseRequest(Ocsp.buildRequest(leaf, TestPki.ISSUING, nonce)).nonce())
        .isEqualTo(nonce);
    OcspRequest plain = Ocsp.parseRequest(Ocsp.buildRequest(leaf, TestPki.ISSUING, null));
    assertThat(plain.nonce()).isNull();
    assertThat(Ocsp.isIssuedBy(plain.certificates().get(0), TestPki.ISSUING)).isTrue();
  }

  @Test
  void givesTheNonceBackAndSignsWithTheCa() throws Exception {
    // Given
    byte[] nonce = Randomness.bytes(32);
    OcspRequest request =
        Ocsp.parseRequest(Ocsp.buildRequest(TestPki.leaf(KeySpec.EC_256), TestPki.ISSUING, nonce));

    // When
    BasicOCSPResp answer =
        (BasicOCSPResp) new OCSPResp(answer(request, new OcspStatus.Good())).getResponseObject();

    // Then
    byte[] given =
        answer.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce).getExtnValue().getOctets();
    assertThat(ASN1OctetString.getInstance(given).getOctets()).isEqualTo(nonce);
    ContentVerifierProvider ca =
        new JcaContentVerifierProviderBuilder().build(new X509CertificateHolder(TestPki.ISSUING));
    assertThat(answer.isSignatureValid(ca)).isTrue();
  }

  @Test
  void refusesAnOversizedNonceAndGarbage() {
    byte[] leaf = TestPki.leaf(KeySpec.EC_256);
    byte[] request = Ocsp.buildRequest(leaf, TestPki.ISSUING, Randomness.bytes(129));
    assertThatThrownBy(() -> Ocsp.parseRequest(request)).isInstanceOf(PkiException.class);
    assertThatThrownBy(() -> Ocsp.parseRequest(new byte[] {0x30, 0}))
        .isInstanceOf(PkiException.class);
    assertThatThrownBy(() -> Ocsp.parseRequest(TestPki.ROOT)).isInstanceOf(PkiException.class);
  }

  @Test
  void saysWhyThereIsNoAnswer() {
    assertThat(Ocsp.buildFailure(Ocsp.Failure.UNAUTHORIZED))
        .containsExactly(0x30, 0x03, 0x0a, 0x01, 0x06);
  }

  private static byte[] answer(OcspRequest request, OcspStatus status) {
    return Ocsp.buildResponse(
        Map.of(request.certificates().get(0), status),
        request.nonce(),
        new Validity(TestPki.START, TestPki.NOW.plusSeconds(3600)),
        SigningKey.of(TestPki.ISSUING_KEY),
        TestPki.ISSUING);
  }
}
