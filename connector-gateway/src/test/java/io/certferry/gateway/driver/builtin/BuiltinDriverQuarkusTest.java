package io.certferry.gateway.driver.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.ca.CaDirectory;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverContract;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.ManagerApproval;
import io.certferry.gateway.driver.OwnAuthority;
import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.SearchKey;
import io.certferry.gateway.driver.SearchOutcome;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.ca.Crls;
import io.certferry.pki.ca.ParsedCrl;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.KeyWrap;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class BuiltinDriverQuarkusTest implements CaDriverContract {

  @Inject CaDirectory cas;
  @Inject BuiltinConfig config;

  @Inject
  @ReactiveDataSource("builtin")
  Pool pool;

  private final Forge forge = Forge.fresh().forge();

  @Override
  public CaDriver driver() {
    return cas.find("builtin").orElseThrow().driver();
  }

  @Override
  public void willPend() {}

  @Override
  public String pendingTemplate() {
    return "Workstation";
  }

  @Override
  public void approve(String caRequestId) {
    assertThat(((ManagerApproval) driver()).approve(caRequestId, "mallory")).isTrue();
  }

  private static SubmitOrder order(SubmissionDraft draft) {
    return new SubmitOrder(
        draft.requestId, 1, Bytes.of(draft.csr()), draft.template, draft.validitySeconds);
  }

  private ParsedCertificate issue() {
    SubmitOutcome.Issued issued = (SubmitOutcome.Issued) driver().submit(order(forge.draft()));
    return Certificates.parse(issued.certificate().toArray());
  }

  @Test
  void saysWhereItsStatusIsPublished() {
    // When
    ParsedCertificate certificate = issue();

    // Then
    assertThat(certificate.crlUrls())
        .singleElement()
        .asString()
        .endsWith("/ca/builtin/issuing.crl");
    assertThat(certificate.templateName()).isEqualTo("User");
    assertThat(certificate.serial().bitLength()).isGreaterThanOrEqualTo(120);
  }

  @Test
  void deniesWhatTheTemplateDoesNotGive() {
    // Given
    SubmissionDraft usage = forge.draft();
    usage.extendedKeyUsages = List.of(ExtendedKeyUsages.SERVER_AUTH);
    SubmissionDraft none = forge.draft();
    none.extendedKeyUsages = List.of();
    SubmissionDraft longer = forge.draft();
    longer.validitySeconds = Duration.ofDays(732).toSeconds();
    SubmissionDraft sid = forge.draft();
    sid.template = "ExchangeUser";
    sid.extendedKeyUsages = List.of(ExtendedKeyUsages.EMAIL_PROTECTION);

    for (SubmissionDraft draft : List.of(usage, none, longer, sid)) {
      // When
      SubmitOutcome outcome = driver().submit(order(draft));

      // Then
      assertThat(outcome).isInstanceOf(SubmitOutcome.Denied.class);
      assertThat(driver().search(new SearchKey.ByRequestId(draft.requestId)))
          .isInstanceOfSatisfying(
              SearchOutcome.Found.class,
              found ->
                  assertThat(found.entries().get(0).status())
                      .isEqualTo(FoundRequest.Status.DENIED));
    }
  }

  @Test
  void takesAnUnknownTemplateForAMistakeInTheConfiguration() {
    // Given
    SubmissionDraft draft = forge.draft();
    draft.template = "Smartcard Logon";

    // Then
    assertThat(driver().submit(order(draft))).isInstanceOf(SubmitOutcome.ConfigurationError.class);
  }

  @Test
  void completesAsPlannedWhatAPowerCutInterrupted() {
    // Given: the plan is committed, the certificate is not
    SubmissionDraft draft = forge.draft();
    ParsedCertificate planned =
        Certificates.parse(
            ((SubmitOutcome.Issued) driver().submit(order(draft))).certificate().toArray());
    pool.preparedQuery(
            "update builtin_ca.request set status = 'PLANNED', certificate = null where serial ="
                + " $1")
        .execute(Tuple.of(planned.serialHex()))
        .await()
        .indefinitely();

    // When
    SearchOutcome found = driver().search(new SearchKey.ByRequestId(draft.requestId));
    SearchOutcome again = driver().search(new SearchKey.ByPublicKey(Bytes.of(draft.key.spki())));

    // Then
    Bytes completed = certificate(found);
    ParsedCertificate parsed = Certificates.parse(completed.toArray());
    assertThat(parsed.serial()).isEqualTo(planned.serial());
    assertThat(parsed.notAfter()).isEqualTo(planned.notAfter());
    assertThat(parsed.spki()).isEqualTo(planned.spki());
    assertThat(certificate(again)).isEqualTo(completed);
  }

  private static Bytes certificate(SearchOutcome outcome) {
    return Objects.requireNonNull(((SearchOutcome.Found) outcome).entries().get(0).certificate());
  }

  @Test
  void revokesEvenWhatWasPlannedAndNeverSigned() {
    // Given
    ParsedCertificate planned = issue();
    pool.preparedQuery(
            "update builtin_ca.request set status = 'PLANNED', certificate = null where serial ="
                + " $1")
        .execute(Tuple.of(planned.serialHex()))
        .await()
        .indefinitely();

    // When
    driver()
        .revoke(
            new RevokeOrder(
                planned.issuer().toRfc4514(), planned.serialHex(), "cessationOfOperation"));

    // Then
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> crl().find(planned.serial()).isPresent());
  }

  private ParsedCrl crl() {
    OwnAuthority authority = (OwnAuthority) driver();
    return Crls.parse(authority.crl(Tier.ISSUING), authority.certificate(Tier.ISSUING));
  }

  @Test
  void numbersItsCrlsUpwards() {
    // Given
    var before = Objects.requireNonNull(crl().number());
    ParsedCertificate certificate = issue();

    // When
    driver()
        .revoke(
            new RevokeOrder(
                certificate.issuer().toRfc4514(), certificate.serialHex(), "keyCompromise"));

    // Then
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> crl().find(certificate.serial()).isPresent());
    assertThat(crl().number()).isGreaterThan(before);
  }

  @Test
  void makesOneHierarchyHoweverManyInstancesStartTogether() {
    // Given
    String caId = "race-" + UUID.randomUUID().toString().substring(0, 8);
    var keyFile = KeyWrap.newKey();
    List<CompletableFuture<Hierarchy>> starts = new ArrayList<>();

    // When
    for (int i = 0; i < 4; i++) {
      starts.add(
          CompletableFuture.supplyAsync(
              () ->
                  new HierarchyStore(caId, pool, config, keyFile, InstantSource.system()).open()));
    }

    // Then
    assertThat(starts.stream().map(start -> start.join().root().parsed()).distinct()).hasSize(1);
    assertThat(starts.stream().map(start -> start.join().issuing().parsed()).distinct()).hasSize(1);
  }

  @Test
  void doesNotOpenWithAnotherKeyFile() {
    // Given
    HierarchyStore stranger =
        new HierarchyStore("builtin", pool, config, KeyWrap.newKey(), InstantSource.system());

    // Then
    assertThatThrownBy(stranger::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("certferry.builtin.directory");
  }

  @Test
  void findsNothingAmissInItself() {
    assertThat(driver().probe().ok()).isTrue();
  }
}
