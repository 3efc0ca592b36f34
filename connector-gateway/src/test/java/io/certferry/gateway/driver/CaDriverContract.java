package io.certferry.gateway.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.certificate.CertificateChains;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What every driver of a CA that can do everything must do; the fake passes the same tests as the
 * real thing.
 */
public interface CaDriverContract {

  CaDriver driver();

  /** Makes the next submission of {@link #pendingTemplate()} wait for a manager. */
  void willPend();

  default String pendingTemplate() {
    return "User";
  }

  /** The manager says yes. */
  void approve(String caRequestId);

  private static SubmissionDraft draft() {
    return Forge.fresh().forge().draft();
  }

  private static SubmitOrder order(SubmissionDraft draft) {
    return new SubmitOrder(
        draft.requestId, 1, Bytes.of(draft.csr()), draft.template, draft.validitySeconds);
  }

  private static ParsedCertificate parsed(SubmitOutcome outcome) {
    return Certificates.parse(((SubmitOutcome.Issued) outcome).certificate().toArray());
  }

  @Test
  default void issuesForTheKeyInTheCsr() {
    // Given
    SubmissionDraft draft = draft();

    // When
    SubmitOutcome outcome = driver().submit(order(draft));

    // Then
    assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class);
    assertThat(parsed(outcome).spki()).isEqualTo(draft.key.spki());
    assertThat(parsed(outcome).notAfter())
        .isEqualTo(parsed(outcome).notBefore().plusSeconds(draft.validitySeconds - 1));
  }

  @Test
  default void issuesUnderItsOwnChain() {
    // When
    SubmitOutcome outcome = driver().submit(order(draft()));

    // Then
    List<byte[]> chain = driver().chain().stream().map(Bytes::toArray).toList();
    assertThat(((SubmitOutcome.Issued) outcome).chain()).isEqualTo(driver().chain());
    assertThat(
            CertificateChains.verify(
                    parsed(outcome).der(),
                    chain,
                    List.of(chain.get(chain.size() - 1)),
                    Instant.now())
                .isValid())
        .isTrue();
  }

  @Test
  default void isNotIdempotent() {
    // Given
    SubmissionDraft draft = draft();

    // When
    SubmitOutcome first = driver().submit(order(draft));
    SubmitOutcome second = driver().submit(order(draft));

    // Then
    assertThat(parsed(first).serial()).isNotEqualTo(parsed(second).serial());
  }

  @Test
  default void findsWhatItIssuedByEachKey() {
    // Given
    SubmissionDraft draft = draft();
    SubmitOutcome.Issued issued = (SubmitOutcome.Issued) driver().submit(order(draft));
    List<SearchKey> keys =
        List.of(
            new SearchKey.ByRequestId(draft.requestId),
            new SearchKey.ByPublicKey(Bytes.of(draft.key.spki())),
            new SearchKey.ByCaRequestId(String.valueOf(issued.caRequestId())));

    for (SearchKey key : keys) {
      // When
      SearchOutcome outcome = driver().search(key);

      // Then
      assertThat(outcome).isInstanceOf(SearchOutcome.Found.class);
      assertThat(((SearchOutcome.Found) outcome).entries())
          .singleElement()
          .satisfies(
              entry -> {
                assertThat(entry.status()).isEqualTo(FoundRequest.Status.ISSUED);
                assertThat(entry.certificate()).isEqualTo(issued.certificate());
              });
    }
  }

  @Test
  default void saysThatItDoesNotHaveWhatItNeverSaw() {
    // Given
    Instant before = Instant.now();

    // When
    SearchOutcome outcome = driver().search(new SearchKey.ByRequestId(UUID.randomUUID()));

    // Then
    assertThat(outcome).isInstanceOf(SearchOutcome.AbsentAsOf.class);
    assertThat(((SearchOutcome.AbsentAsOf) outcome).asOf()).isAfterOrEqualTo(before);
  }

  @Test
  default void keepsAPendingRequestUntilAManagerDecides() {
    // Given
    SubmissionDraft draft = draft();
    draft.template = pendingTemplate();
    if (!draft.template.equals("User")) {
      draft.names = List.of();
      draft.extendedKeyUsages = List.of(io.certferry.pki.certificate.ExtendedKeyUsages.CLIENT_AUTH);
    }
    willPend();
    SubmitOutcome submitted = driver().submit(order(draft));
    assertThat(submitted).isInstanceOf(SubmitOutcome.Pending.class);
    String id = ((SubmitOutcome.Pending) submitted).caRequestId();
    assertThat(driver().query(id, Bytes.of(draft.csr()))).isInstanceOf(SubmitOutcome.Pending.class);

    // When
    approve(id);

    // Then
    assertThat(parsed(driver().query(id, Bytes.of(draft.csr()))).spki())
        .isEqualTo(draft.key.spki());
  }

  @Test
  default void doesNotKnowARequestThatItNeverTook() {
    assertThat(driver().query("999999999", Bytes.of(draft().csr())))
        .isInstanceOf(SubmitOutcome.Unknown.class);
  }

  @Test
  default void revokesWhatItIssuedAndShowsItInASearch() {
    // Given
    SubmissionDraft draft = draft();
    ParsedCertificate certificate = parsed(driver().submit(order(draft)));

    // When
    RevokeOutcome outcome =
        driver()
            .revoke(
                new RevokeOrder(
                    certificate.issuer().toRfc4514(), certificate.serialHex(), "keyCompromise"));

    // Then
    assertThat(outcome).isInstanceOf(RevokeOutcome.Revoked.class);
    SearchOutcome found = driver().search(new SearchKey.ByRequestId(draft.requestId));
    assertThat(((SearchOutcome.Found) found).entries())
        .singleElement()
        .matches(entry -> entry.status() == FoundRequest.Status.REVOKED);
  }

  @Test
  default void takesASecondRevocationForASuccess() {
    // Given
    ParsedCertificate certificate = parsed(driver().submit(order(draft())));
    RevokeOrder order =
        new RevokeOrder(certificate.issuer().toRfc4514(), certificate.serialHex(), "superseded");
    driver().revoke(order);

    // When
    RevokeOutcome again = driver().revoke(order);

    // Then
    assertThat(again).isInstanceOf(RevokeOutcome.Revoked.class);
  }

  @Test
  default void refusesToRevokeWhatItNeverIssued() {
    // Given
    String issuer = Certificates.parse(driver().chain().get(0).toArray()).subject().toRfc4514();

    // When
    RevokeOutcome outcome = driver().revoke(new RevokeOrder(issuer, "0a0b0c", "superseded"));

    // Then
    assertThat(outcome).isInstanceOf(RevokeOutcome.Refused.class);
  }

  @Test
  default void listsWhatItIssuedInASpanOfTime() {
    // Given
    Instant from = Instant.now().minusSeconds(60);
    SubmissionDraft draft = draft();
    Bytes certificate = ((SubmitOutcome.Issued) driver().submit(order(draft))).certificate();

    // When
    List<FoundRequest> now = driver().listIssued(from, Instant.now().plusSeconds(60));
    List<FoundRequest> before = driver().listIssued(Instant.EPOCH, from);

    // Then
    assertThat(now).anyMatch(entry -> Objects.equals(certificate, entry.certificate()));
    assertThat(before).noneMatch(entry -> Objects.equals(certificate, entry.certificate()));
  }

  @Test
  default void offersItsTemplates() {
    assertThat(driver().templates()).anyMatch(template -> template.name().equals("User"));
  }

  @Test
  default void isReachable() {
    assertThat(driver().probe().reachable()).isTrue();
  }
}
