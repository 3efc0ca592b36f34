package io.certferry.pki.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OcspAnswersTest {

  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
  private static final BigInteger SERIAL = new BigInteger("5f3a9c0011223344", 16);

  private final GeneratedKey pair = KeyPairs.generate(KeySpec.EC_256);
  private final SigningKey key = SigningKey.of(pair);
  private final byte[] ca =
      CaCertificates.selfSignedRoot(
          DistinguishedName.ofCommonName("OCSP test CA"),
          pair,
          new Validity(START.minus(Duration.ofDays(1)), START.plus(Duration.ofDays(365))));

  @Test
  void believesWhatTheCaSigned() {
    // Given
    byte[] nonce = {1, 2, 3, 4};
    OcspRequest request = Ocsp.parseRequest(OcspAnswers.request(SERIAL, ca, nonce));
    assertThat(request.certificates().get(0).serial()).isEqualTo(SERIAL);

    // When
    byte[] response =
        answer(request, new OcspStatus.Revoked(START, RevocationReason.KEY_COMPROMISE), key, ca);

    // Then
    assertThat(OcspAnswers.verified(response, SERIAL, ca, START))
        .hasValueSatisfying(
            answer -> {
              assertThat(answer.status())
                  .isEqualTo(new OcspStatus.Revoked(START, RevocationReason.KEY_COMPROMISE));
              assertThat(answer.thisUpdate()).isEqualTo(START);
              assertThat(answer.nonce()).containsExactly(nonce);
            });
  }

  @Test
  void hasNoAnswerForAnotherSerial() {
    // Given
    OcspRequest request = Ocsp.parseRequest(OcspAnswers.request(SERIAL, ca, null));

    // When
    byte[] response = answer(request, new OcspStatus.Good(), key, ca);

    // Then
    assertThat(OcspAnswers.verified(response, SERIAL.add(BigInteger.ONE), ca, START)).isEmpty();
  }

  @Test
  void hasNoAnswerWhenTheResponderHasNone() {
    assertThat(OcspAnswers.verified(Ocsp.buildFailure(Ocsp.Failure.TRY_LATER), SERIAL, ca, START))
        .isEmpty();
  }

  @Test
  void refusesWhatAnotherKeySigned() {
    // Given
    GeneratedKey stranger = KeyPairs.generate(KeySpec.EC_256);
    byte[] strangersCa =
        CaCertificates.selfSignedRoot(
            DistinguishedName.ofCommonName("OCSP test CA"),
            stranger,
            new Validity(START, START.plus(Duration.ofDays(1))));
    OcspRequest request = Ocsp.parseRequest(OcspAnswers.request(SERIAL, ca, null));

    // When
    byte[] response = answer(request, new OcspStatus.Good(), SigningKey.of(stranger), strangersCa);

    // Then
    assertThatThrownBy(() -> OcspAnswers.verified(response, SERIAL, ca, START))
        .isInstanceOfSatisfying(
            PkiException.class,
            e -> assertThat(e.reason()).isEqualTo(PkiException.Reason.INTEGRITY));
  }

  @Test
  void refusesWhatIsNoAnswer() {
    assertThatThrownBy(() -> OcspAnswers.verified(new byte[] {0x30, 0}, SERIAL, ca, START))
        .isInstanceOf(PkiException.class);
  }

  private static byte[] answer(
      OcspRequest request, OcspStatus status, SigningKey signer, byte[] certificate) {
    return Ocsp.buildResponse(
        Map.of(request.certificates().get(0), status),
        request.nonce(),
        new Validity(START, START.plus(Duration.ofHours(1))),
        signer,
        certificate);
  }
}
