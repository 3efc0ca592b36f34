package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.event.CaResult.CertificateDenied;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.gateway.command.ClaimedCommand;
import io.certferry.gateway.command.CommandKind;
import io.certferry.gateway.command.CommandQueue;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.messaging.Lease;
import io.certferry.pki.Digests;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LedgerEntry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases, fencing, natural keys, fairness. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class LedgerQuarkusTest {

  @Inject Desk desk;
  @Inject CommandQueue queue;
  private final Forge forge = Forge.ofTestResource();

  @BeforeEach
  void finishWhatIsLeft() {
    desk.beginAfresh();
  }

  private SubmissionDraft draft() {
    SubmissionDraft draft = forge.draft();
    draft.caId = "lying";
    return draft;
  }

  private List<ClaimedCommand> claim(Set<String> tenants, int slots) {
    return claim(tenants, EnumSet.allOf(CommandKind.class), slots);
  }

  private List<ClaimedCommand> claim(Set<String> tenants, Set<CommandKind> kinds, int slots) {
    return queue.claim("lying", tenants, kinds, slots, new Lease("test/1", Duration.ofMinutes(1)));
  }

  private static List<UUID> ids(List<ClaimedCommand> claimed) {
    return claimed.stream().map(c -> c.id().id()).toList();
  }

  @Test
  void keepsANaturalKeyToOneKeyPair() {
    // Given
    SubmissionDraft first = draft();
    desk.take(first);
    desk.settle();
    SubmissionDraft second = draft();
    second.deviceId = first.deviceId;
    second.profileId = first.profileId;

    // When
    desk.take(second);
    desk.settle();

    // Then
    CertificateDenied denied = desk.last(second.requestId, CertificateDenied.class);
    assertThat(denied.code()).isEqualTo("key-conflict");
    assertThat(denied.submitted()).isFalse();
    assertThat(desk.lyingCa().findByRequest(second.requestId)).isEmpty();
  }

  @Test
  void keepsAKeyPairToOneNaturalKey() {
    // Given
    SubmissionDraft first = draft();
    desk.take(first);
    desk.settle();
    SubmissionDraft second = draft();
    second.key = first.key;

    // When
    desk.take(second);
    desk.settle();

    // Then
    assertThat(desk.last(second.requestId, CertificateDenied.class).code())
        .isEqualTo("key-conflict");
  }

  @Test
  void submitsTheNextGenerationWithItsOwnKeyPair() {
    // Given
    SubmissionDraft first = draft();
    desk.take(first);
    desk.settle();
    SubmissionDraft second = draft();
    second.deviceId = first.deviceId;
    second.profileId = first.profileId;
    second.generation = 2;

    // When
    desk.take(second);
    desk.settle();

    // Then
    assertThat(desk.last(second.requestId, CertificateIssued.class).attempt()).isEqualTo(1);
  }

  @Test
  void neverGivesARowToTwoWorkers() {
    // Given
    List<SubmissionDraft> drafts = IntStream.range(0, 60).mapToObj(i -> draft()).toList();
    drafts.forEach(desk::take);
    List<CompletableFuture<List<ClaimedCommand>>> claims = new ArrayList<>();

    // When
    for (int i = 0; i < 8; i++) {
      claims.add(CompletableFuture.supplyAsync(() -> claim(Set.of("default"), 10)));
    }
    List<UUID> claimed = claims.stream().flatMap(claim -> ids(claim.join()).stream()).toList();

    // Then
    assertThat(claimed).hasSize(60).doesNotHaveDuplicates();
  }

  @Test
  void issuesOnceWhenTwoProcessesWork() {
    // Given
    List<SubmissionDraft> drafts = IntStream.range(0, 40).mapToObj(i -> draft()).toList();
    drafts.forEach(desk::take);
    List<CaWorker> others = desk.workers().another("another/1");

    // When
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              int worked;
              do {
                worked = others.stream().mapToInt(CaWorker::dispatch).sum();
              } while (worked > 0);
            });
    desk.settle();
    other.join();
    desk.settle();

    // Then
    for (SubmissionDraft draft : drafts) {
      assertThat(desk.lyingCa().findByRequest(draft.requestId)).hasSize(1);
      assertThat(desk.announced(draft.requestId))
          .singleElement()
          .isInstanceOf(CertificateIssued.class);
    }
    others.forEach(CaWorker::stop);
  }

  @Test
  void servesTheUrgentAndTheEarlierFirst() {
    // Given
    SubmissionDraft renewal = draft();
    renewal.priority = 1;
    SubmissionDraft waiting = draft();
    desk.take(renewal);
    desk.take(waiting);

    // Then
    assertThat(ids(claim(Set.of("default"), 1))).containsExactly(waiting.requestId);
    assertThat(ids(claim(Set.of("default"), 1))).containsExactly(renewal.requestId);
  }

  @Test
  void letsAWaitingRenewalGoWithTheUrgentOnceItIsLate() {
    // Given
    SubmissionDraft renewal = draft();
    renewal.priority = 1;
    SubmissionDraft waiting = draft();
    desk.take(renewal);
    desk.take(waiting);
    desk.execute(
        "update ca_command set deadline = now() - interval '1 s' where id = $1", renewal.requestId);

    // When
    queue.age(List.of("lying"));

    // Then
    assertThat(ids(claim(Set.of("default"), 1))).containsExactly(renewal.requestId);
  }

  @Test
  void givesTwoTenantsEqualShares() {
    // Given
    IntStream.range(0, 50).forEach(i -> desk.take(draft()));
    for (int i = 0; i < 4; i++) {
      SubmissionDraft other = draft();
      other.tenant = "other";
      desk.take(other);
    }

    // When
    List<ClaimedCommand> claimed = claim(Set.of("default", "other"), 8);

    // Then
    assertThat(claimed).filteredOn(c -> c.tenant().equals("other")).hasSize(4);
    assertThat(claimed).hasSize(8);
  }

  @Test
  void keepsATenantsWaitWithinTwiceItsOwnWhileAnotherFloods() {
    // Given
    int alone = slowestRounds(takeForAnother(40));
    desk.beginAfresh();
    flood(5000);

    // When
    int besides = slowestRounds(takeForAnother(40));

    // Then
    assertThat(besides).isLessThanOrEqualTo(2 * alone);
    desk.beginAfresh();
  }

  private List<UUID> takeForAnother(int count) {
    List<UUID> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SubmissionDraft draft = draft();
      draft.tenant = "other";
      desk.take(draft);
      requests.add(draft.requestId);
    }
    return requests;
  }

  /** Copies of one submission; they are claimed, not worked on. */
  private void flood(int count) {
    SubmissionDraft draft = draft();
    desk.take(draft);
    desk.execute(
        """
        insert into ca_command (kind, id, request_id, ca_id, tenant, payload, payload_sha256, priority, deadline,
                                correlation_id, action)
        select kind, gen_random_uuid(), request_id, ca_id, tenant, payload, payload_sha256, priority, deadline,
               correlation_id, action
        from ca_command, generate_series(1, $2) where id = $1
        """,
        draft.requestId,
        count);
  }

  /** In which claim of sixteen the 95th of a hundred requests was. */
  private int slowestRounds(List<UUID> requests) {
    List<Integer> rounds = new ArrayList<>();
    for (int round = 1; rounds.size() < requests.size(); round++) {
      List<UUID> claimed = ids(claim(Set.of("default", "other"), 16));
      assertThat(claimed).isNotEmpty();
      for (UUID id : claimed) {
        if (requests.contains(id)) {
          rounds.add(round);
        }
      }
    }
    return rounds.get(rounds.size() * 95 / 100 - 1);
  }

  @Test
  void holdsSubmissionsBackThatTheLocalPolicyLetsThroughOnlyLater() throws IOException {
    // Given
    String usual = Files.readString(ByHand.lyingPolicy());
    long before = desk.count("select count(*) from attempt where ca_id = 'lying'");
    Files.writeString(
        ByHand.lyingPolicy(),
        usual + "rateLimit: {certificates: " + (before + 2) + ", per: PT1H}\n");
    List<SubmissionDraft> drafts = List.of(draft(), draft(), draft());

    try {
      // When
      drafts.forEach(desk::take);
      desk.settle();

      // Then: two went, the third waits and no CA heard of it
      assertThat(desk.count("select count(*) from attempt where ca_id = 'lying'"))
          .isEqualTo(before + 2);
      assertThat(desk.count("select count(*) from ca_command where state = 'WAITING'"))
          .isEqualTo(1);
    } finally {
      Files.writeString(ByHand.lyingPolicy(), usual);
    }
    desk.letTimePass(61);
    desk.settle();
    assertThat(drafts)
        .allSatisfy(
            draft ->
                assertThat(desk.last(draft.requestId, CertificateIssued.class).attempt())
                    .isEqualTo(1));
  }

  @Test
  void servesOneCaWhileAnotherDoesNotAnswer() {
    // Given
    List<SubmissionDraft> stuck = IntStream.range(0, 40).mapToObj(i -> draft()).toList();
    List<SubmissionDraft> served = IntStream.range(0, 10).mapToObj(i -> forge.draft()).toList();
    desk.lyingDriver().holdAnswers();
    try {
      stuck.forEach(desk::take);
      desk.workers().runOnce();

      // When
      served.forEach(desk::take);

      // Then: all of the one, none of the other
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                desk.workers().runOnce();
                assertThat(served)
                    .allSatisfy(draft -> assertThat(desk.announced(draft.requestId)).hasSize(1));
              });
      assertThat(stuck).allSatisfy(draft -> assertThat(desk.announced(draft.requestId)).isEmpty());
    } finally {
      desk.lyingDriver().answerAgain();
    }
    desk.settle();
    assertThat(stuck)
        .allSatisfy(
            draft ->
                assertThat(desk.last(draft.requestId, CertificateIssued.class).attempt())
                    .isEqualTo(1));
  }

  @Test
  void claimsOnlyWhatItsRolesAllow() {
    // Given
    SubmissionDraft draft = draft();
    UUID revocation = UUID.randomUUID();
    desk.take(draft);
    desk.take("default", draft.revocation(revocation, "CN=x", "0a", "superseded"));

    // Then
    Set<String> tenants = Set.of("default");
    assertThat(ids(claim(tenants, CommandKind.of(List.of("revoke")), 10)))
        .containsExactly(revocation);
    assertThat(ids(claim(tenants, CommandKind.of(List.of("issue")), 10)))
        .containsExactly(draft.requestId);
    assertThatThrownBy(() -> CommandKind.of(List.of("rule")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void leavesTenantsAloneThatItDoesNotServe() {
    // Given
    SubmissionDraft other = draft();
    other.tenant = "third";
    desk.take(other);

    // Then
    assertThat(claim(Set.of("default"), 10)).isEmpty();
  }

  @Test
  void keepsALateAnswerAsEvidenceAndAdoptsItsCertificateWhenTheSlotIsEmpty() {
    // Given: a worker loses its lease while the CA issues
    SubmissionDraft draft = draft();
    Recorded late = lostInTheMiddle(draft);

    // When
    boolean timely = desk.outcomes().record(late).join();

    // Then
    assertThat(timely).isFalse();
    CertificateIssued issued = desk.last(draft.requestId, CertificateIssued.class);
    assertThat(issued.adopted()).isTrue();
    assertThat(consequence(draft)).isEqualTo("adopted");
    desk.settle();
    assertThat(desk.announced(draft.requestId).stream().filter(CertificateIssued.class::isInstance))
        .hasSize(1);
  }

  @Test
  void takesTheCertificateOfALateAnswerBackWhenTheSlotIsTaken() {
    // Given
    SubmissionDraft draft = draft();
    Recorded late = lostInTheMiddle(draft);
    desk.letTimePass(61);
    desk.settle();
    desk.letTimePass(40);
    desk.settle();
    CertificateIssued kept = desk.last(draft.requestId, CertificateIssued.class);
    assertThat(kept.attempt()).isEqualTo(2);
    desk.lyingCa().catchUp();

    // When
    desk.outcomes().record(late).join();
    desk.settle();

    // Then
    assertThat(consequence(draft)).isEqualTo("revoked");
    assertThat(desk.lyingCa().findByRequest(draft.requestId))
        .filteredOn(LedgerEntry::isLive)
        .singleElement()
        .matches(entry -> Objects.equals(kept.certificate(), entry.certificate()));
    assertThat(desk.last(draft.requestId, CertificateIssued.class)).isEqualTo(kept);
  }

  /**
   * A submission under a lease that is over: the row is another epoch's, the CA's answer is in the
   * hands of the first.
   */
  private Recorded lostInTheMiddle(SubmissionDraft draft) {
    desk.take(draft);
    ClaimedCommand claimed = claim(Set.of("default"), 1).get(0);
    desk.execute(
        "update ca_command set state = 'SUBMITTING', attempts = 1 where id = $1", draft.requestId);
    desk.execute(
        """
        insert into natural_key_use (tenant, device_id, subject, profile_id, item, generation, spki_sha256, request_id)
        values ('default', $1, 'u1', $2, '-', 1, $3, $4)
        """,
        draft.deviceId,
        draft.profileId,
        Digests.sha256Hex(draft.key.spki()),
        draft.requestId);
    desk.lyingCa().lie(io.certferry.testkit.ca.Lie.ISSUES_LATE);
    desk.lyingCa().submit(draft.requestId, draft.csr(), draft.validitySeconds);
    Answer.Issued hidden = desk.lyingCa().hidden(draft.requestId);
    desk.execute(
        "update ca_command set lease_epoch = lease_epoch + 1, lease_until = now() + interval '60 s'"
            + " where id = $1",
        draft.requestId);
    Submitted request =
        new Submitted(claimed, draft.command(), 1, Digests.sha256Hex(draft.key.spki()));
    Verdict verdict =
        new Verdicts(new Defaults(), new Backoff(() -> 0), Instant::now)
            .submitted(
                request,
                new io.certferry.gateway.driver.SubmitOutcome.Issued(
                    hidden.certificate(), desk.lyingCa().chain(), hidden.caRequestId()),
                Duration.ofSeconds(30));
    return new Recorded(claimed, 1, verdict);
  }

  private String consequence(SubmissionDraft draft) {
    return desk.text(
        "select consequence from attempt_evidence where request_id = $1", draft.requestId);
  }

  @Test
  void writesTheAttemptBeforeTheCaHearsOfIt() {
    // Given
    SubmissionDraft draft = draft();
    desk.take(draft);

    // When
    desk.settle();

    // Then
    Instant attempted =
        Instant.parse(
            desk.text(
                "select to_char(submitted_at at time zone 'utc',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') from attempt where request_id = $1",
                draft.requestId));
    assertThat(desk.lyingCa().findByRequest(draft.requestId).get(0).at())
        .isAfterOrEqualTo(attempted);
  }

  @Test
  void recordsWhoGotWhatInTheAudit() {
    // Given
    SubmissionDraft draft = draft();

    // When
    desk.take(draft);
    desk.settle();

    // Then
    assertThat(
            desk.count(
                "select count(*) from audit where action = 'certificate.issued' and subject = $1",
                "request/" + draft.requestId))
        .isEqualTo(1);
  }
}
