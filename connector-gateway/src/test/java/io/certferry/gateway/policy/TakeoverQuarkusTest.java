package io.certferry.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a takeover is worth. Whoever writes every topic and every database but profile-service's
 * gets no certificate; whoever owns profile-service, its grant key included, gets none that the
 * local policy forbids.
 */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class TakeoverQuarkusTest {

  private static final String CA = "lying";

  @Inject Desk desk;
  private final Forge genuine = Forge.ofTestResource();
  private final Forge own = Forge.fresh().forge();
  private int before;

  @BeforeEach
  void countSubmissions() {
    desk.beginAfresh();
    before = desk.lyingCa().submissions();
  }

  private static SubmissionDraft draft(Forge forge) {
    SubmissionDraft draft = forge.draft();
    draft.caId = CA;
    return draft;
  }

  /** Everything that can be made of what passes by, without a key of ours. */
  private List<SubmitCsr> forgeries() {
    SubmissionDraft overheard = draft(genuine);
    SubmitCsr command = overheard.command();
    byte[] ownCsr = draft(own).csr();
    return List.of(
        draft(own).command(),
        draft(new Forge(genuine.grants(), own.commands())).command(),
        draft(new Forge(own.grants(), genuine.commands())).command(),
        with(command, UUID.randomUUID(), ownCsr),
        with(command, command.requestId(), ownCsr),
        with(command, UUID.randomUUID(), overheard.csr()));
  }

  private static SubmitCsr with(SubmitCsr overheard, UUID requestId, byte[] csr) {
    return new SubmitCsr(
        requestId,
        overheard.caId(),
        overheard.naturalKey(),
        overheard.grant(),
        Bytes.of(csr),
        overheard.authorization(),
        overheard.priority(),
        overheard.deadline());
  }

  /** The gateway has all the time that it may want. */
  private void work() {
    for (int i = 0; i < 4; i++) {
      desk.settle();
      desk.letTimePass(61);
    }
    desk.settle();
  }

  private void assertNothingIssued(UUID requestId) {
    assertThat(desk.announced(requestId)).noneMatch(CertificateIssued.class::isInstance);
    assertThat(desk.lyingCa().findByRequest(requestId)).isEmpty();
  }

  @Test
  void givesNothingToWhoeverWritesEveryTopic() {
    for (SubmitCsr forged : forgeries()) {
      // When
      desk.take("default", forged);
      work();

      // Then
      assertNothingIssued(forged.requestId());
    }
    assertThat(desk.lyingCa().submissions()).isEqualTo(before);
  }

  @Test
  void givesNothingToWhoeverWritesTheGatewaysDatabase() {
    for (String action : List.of("SUBMIT", "RECONCILE", "POLL")) {
      for (SubmitCsr forged : forgeries()) {
        // When: as if it had been checked and submitted before, by us
        plant(forged, action);
        work();

        // Then
        assertNothingIssued(forged.requestId());
      }
    }
    assertThat(desk.lyingCa().submissions()).isEqualTo(before);
  }

  private void plant(SubmitCsr forged, String action) {
    desk.execute("delete from ca_command where id = $1", forged.requestId());
    desk.execute(
        """
        insert into ca_command (kind, id, request_id, ca_id, tenant, payload, payload_sha256, priority, deadline, internal,
                                correlation_id, state, action, attempts, absence_counts_from)
        values ('SUBMIT', $1, $1, $2, 'default', $3, '', 0, now(), true, 'x', 'READY', $4, 1, now() - interval '1 h')
        """,
        forged.requestId(),
        CA,
        Buffer.buffer(ContractJson.write(forged)),
        action);
  }

  @Test
  void issuesWhatIsGenuineSoThatTheseTestsCanFail() {
    // Given
    SubmissionDraft draft = draft(genuine);

    // When
    plant(draft.command(), "SUBMIT");
    work();

    // Then
    assertThat(desk.lyingCa().findByRequest(draft.requestId)).hasSize(1);
  }

  private void assertForbidden(Consumer<SubmissionDraft> wish) {
    // Given: the grant and the command are signed with the real keys
    SubmissionDraft draft = draft(genuine);
    wish.accept(draft);

    // When
    desk.take(draft);
    work();

    // Then
    assertNothingIssued(draft.requestId);
    List<CaResult> announced = desk.announced(draft.requestId);
    assertThat(announced)
        .singleElement()
        .isInstanceOfSatisfying(
            CertificateDenied.class, denied -> assertThat(denied.submitted()).isFalse());
  }

  @Test
  void givesNoPrivilegedNameToWhoeverOwnsTheGrantKey() {
    assertForbidden(draft -> draft.commonName = "Administrator");
    assertForbidden(draft -> draft.names = upn("administrator@contoso.test"));
    assertForbidden(draft -> draft.names = upn("krbtgt@contoso.test"));
    assertForbidden(draft -> draft.sid = "S-1-5-21-1-2-3-500");
    assertForbidden(draft -> draft.sid = "S-1-5-21-1-2-3-512");
    assertThat(desk.lyingCa().submissions()).isEqualTo(before);
  }

  private static List<SubjectAlternativeName> upn(String name) {
    return List.of(new SubjectAlternativeName("upn", name));
  }

  @Test
  void givesNothingThatTheLocalFileForbidsToWhoeverOwnsTheGrantKey() throws IOException {
    // Given
    String usual = Files.readString(ByHand.lyingPolicy());
    Files.writeString(
        ByHand.lyingPolicy(),
        """
        templates: [User]
        maximumValidity: P365D
        deniedPrincipals: {names: ["svc-*"]}
        profiles:
          - profile: "*"
            subject: ["CN=[a-z0-9-]+"]
            alternativeNames: {upn: [".*@contoso\\\\.test"], email: [".*@contoso\\\\.test"]}
        """);

    try {
      // Then
      assertForbidden(draft -> draft.template = "DomainController");
      assertForbidden(draft -> draft.validitySeconds = Duration.ofDays(366).toSeconds());
      assertForbidden(draft -> draft.commonName = "svc-backup");
      assertForbidden(draft -> draft.commonName = "Alice");
      assertForbidden(draft -> draft.names = upn("alice@fabrikam.test"));
      assertForbidden(
          draft -> draft.names = List.of(new SubjectAlternativeName("dns", "dc1.contoso.test")));
      assertThat(desk.lyingCa().submissions()).isEqualTo(before);
    } finally {
      Files.writeString(ByHand.lyingPolicy(), usual);
    }
  }
}
