package io.certferry.testkit.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.Digests;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.CsrPlan;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.testkit.FakeClock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LyingCaTest {

  private static final long DAY = 86_400;

  private final LyingCa ca = new LyingCa(new FakeClock(Instant.parse("2026-01-01T00:00:00Z")));
  private final GeneratedKey key = KeyPairs.generate(KeySpec.EC_256);
  private final UUID request = UUID.randomUUID();

  private byte[] csr() {
    return CertificateRequests.create(
        new CsrPlan(
            DistinguishedName.ofCommonName("alice"),
            List.of(),
            List.of(ExtendedKeyUsages.CLIENT_AUTH),
            Set.of(),
            null),
        key.spki(),
        key.pkcs8());
  }

  @Test
  void answersWithTheCertificateWhenItIsHonest() {
    // When
    Answer answer = ca.submit(request, csr(), DAY);

    // Then
    assertThat(answer).isInstanceOf(Answer.Issued.class);
    byte[] certificate = ((Answer.Issued) answer).certificate().toArray();
    assertThat(Certificates.parse(certificate).spki()).isEqualTo(key.spki());
    assertThat(ca.ledger()).singleElement().matches(LedgerEntry::isLive);
  }

  @Test
  void keepsInItsLedgerWhatItDropped() {
    // Given
    ca.lie(Lie.ISSUES_THEN_DROPS);

    // When
    Answer answer = ca.submit(request, csr(), DAY);

    // Then
    assertThat(answer).isInstanceOf(Answer.Silence.class);
    assertThat(ca.findByKey(Digests.sha256Hex(key.spki()))).hasSize(1);
    assertThat(ca.findByRequest(request)).hasSize(1);
  }

  @Test
  void showsALateCertificateOnlyAfterCatchingUp() {
    // Given
    ca.lie(Lie.ISSUES_LATE);
    ca.submit(request, csr(), DAY);
    assertThat(ca.ledger()).isEmpty();

    // When
    ca.catchUp();

    // Then
    assertThat(ca.ledger()).hasSize(1);
  }

  @Test
  void certifiesAnotherKeyWhenAskedToLieSo() {
    // Given
    ca.lie(Lie.WRONG_KEY);

    // When
    Answer.Issued answer = (Answer.Issued) ca.submit(request, csr(), DAY);

    // Then
    assertThat(Certificates.parse(answer.certificate().toArray()).spki()).isNotEqualTo(key.spki());
  }

  @Test
  void issuesAfterAManagersApproval() {
    // Given
    ca.lie(Lie.PENDS);
    String id = ((Answer.Pending) ca.submit(request, csr(), DAY)).caRequestId();

    // When
    ca.approve(id);

    // Then
    assertThat(ca.find(id)).get().matches(LedgerEntry::isLive);
  }

  @Test
  void takesNothingThatNeverArrived() {
    // Given
    ca.lie(Lie.DROPS_BEFORE_RECEIPT, Lie.DOWN);

    // When
    ca.submit(request, csr(), DAY);
    ca.submit(request, csr(), DAY);

    // Then
    assertThat(ca.ledger()).isEmpty();
    assertThat(ca.submissions()).isEqualTo(2);
  }
}
