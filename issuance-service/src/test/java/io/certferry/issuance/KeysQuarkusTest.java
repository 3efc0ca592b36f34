package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.issuance.key.DayKeys;
import io.certferry.issuance.key.KeyContexts;
import io.certferry.issuance.key.Sealed;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.testkit.Device;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Where private keys come from, and how they lie in the database. */
@QuarkusTest
class KeysQuarkusTest extends ServiceTest {

  @Inject DayKeys dayKeys;

  @Test
  void usesAKeyOfThePoolOnce() {
    // Given
    Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(pool("RSA-2048")).hasSizeGreaterThanOrEqualTo(4));
    Set<String> before = pool("RSA-2048");

    // When
    List<Stories.Story> requests = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      requests.add(rsa());
    }

    // Then
    Set<String> used = new HashSet<>();
    for (Stories.Story story : requests) {
      SubmitCsr submit = stories.awaitSubmit(story);
      used.add(
          io.certferry.pki.Digests.sha256Hex(
              CertificateRequests.parse(submit.csr().toArray()).spki()));
    }
    assertThat(used).hasSize(6);
    assertThat(used).containsAnyElementsOf(before);
    assertThat(pool("RSA-2048")).doesNotContainAnyElementsOf(used);
  }

  @Test
  void bindsAWrappedKeyToItsRequest() {
    // Given
    Stories.Story story = stories.request();
    stories.awaitSubmit(story);
    Row row =
        row(
            "select day_key, wrapped, spki from request_key where request_id = $1",
            story.requestId());
    Sealed sealed = new Sealed(row.getString(0), row.getBuffer(1).getBytes());
    byte[] spki = row.getBuffer(2).getBytes();

    // Then
    try (var opened = dayKeys.open(sealed, KeyContexts.ofRequest(story.naturalKey(), spki))) {
      assertThat(opened.length()).isPositive();
    }
    NaturalKey other = Stories.generation(story.grant(), 2).naturalKey();
    assertThatThrownBy(() -> dayKeys.open(sealed, KeyContexts.ofRequest(other, spki)))
        .isInstanceOf(PkiException.class);
  }

  @Test
  void writesTheKeyBeforeTheCaHearsOfIt() {
    // Given
    Stories.Story story = stories.request();

    // When
    SubmitCsr submit = stories.awaitSubmit(story);

    // Then
    byte[] spki = CertificateRequests.parse(submit.csr().toArray()).spki();
    assertThat(
            row(
                    "select spki_sha256 from request_key where request_id = $1"
                        + " and wrapped is not null",
                    story.requestId())
                .getString(0))
        .isEqualTo(io.certferry.pki.Digests.sha256Hex(spki));
  }

  private Stories.Story rsa() {
    Device device = stories.newDevice();
    CertificatePlan plan = Stories.plan();
    Grant grant =
        Stories.with(
            Stories.grant(device, "ios", "18.1"),
            new CertificatePlan(
                plan.caId(),
                plan.template(),
                plan.subject(),
                plan.subjectAlternativeNames(),
                plan.sid(),
                plan.extendedKeyUsages(),
                "RSA",
                2048,
                plan.validitySeconds()));
    return stories.request(device, grant);
  }

  private Set<String> pool(String spec) {
    Set<String> keys = new HashSet<>();
    pool.query("select id, spki from key_pool where spec = '" + spec + "'")
        .execute()
        .await()
        .indefinitely()
        .forEach(row -> keys.add(io.certferry.pki.Digests.sha256Hex(row.getBuffer(1).getBytes())));
    return keys;
  }
}
