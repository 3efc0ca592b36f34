package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.CertificateRevoked;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.pki.certificate.Certificates;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Revocation against issuance, in 500 random schedules: the order comes at any moment between the
 * command and long after the offer, and the CA answers once, twice or late.
 */
@QuarkusTest
class BarrierRaceQuarkusTest extends ServiceTest {

  private static final int SCHEDULES = 500;
  private static final int LATEST_ORDER_MILLIS = 1_500;
  private static final int LATEST_ANSWER_MILLIS = 400;
  private static final Set<RequestState> BARRED =
      Set.of(RequestState.REVOKING, RequestState.REVOKED, RequestState.CANCELLED);

  private final Random random = new Random(20261124);
  private final Map<UUID, List<byte[]>> issuedByCa = new ConcurrentHashMap<>();

  @Test
  void leavesNoCertificateAliveAndDeliversNothingAfterTheBarrier() {
    // Given
    List<Stories.Story> all = new ArrayList<>();
    List<CompletableFuture<Void>> orders = new ArrayList<>();
    Set<UUID> answered = new HashSet<>();

    // When
    for (int i = 0; i < SCHEDULES; i++) {
      Stories.Story story = stories.request();
      all.add(story);
      orders.add(later(LATEST_ORDER_MILLIS, () -> order(story)));
      answerWhatWasSubmitted(all, answered);
    }
    orders.forEach(CompletableFuture::join);
    awaitBarriers(all, answered);
    answerWhatWasSubmitted(all, answered);
    stories.settle();
    Awaitility.await("every late certificate to be reported")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(unaccounted(all)).isEmpty());

    // Then
    assertThat(all).allSatisfy(this::assertNothingAfterTheBarrier);
    revokeWhatWasReported(all);
    Awaitility.await("every request that had a certificate to be revoked")
        .atMost(Duration.ofSeconds(30))
        .until(() -> all.stream().filter(this::hasCertificate).allMatch(this::isRevoked));
    assertThat(all.stream().filter(this::hasCertificate).count()).isBetween(50L, 500L);
  }

  private void answerWhatWasSubmitted(List<Stories.Story> all, Set<UUID> answered) {
    for (SubmitCsr submit :
        stories.wire.heard(SubmitCsr.class, s -> !answered.contains(s.requestId()))) {
      all.stream()
          .filter(story -> story.requestId().equals(submit.requestId()))
          .findFirst()
          .ifPresent(
              story -> {
                answered.add(submit.requestId());
                var unused = later(LATEST_ANSWER_MILLIS, () -> answer(story, submit));
              });
    }
  }

  /** Now and then the CA issues twice, and the connector repeats itself. */
  private void answer(Stories.Story story, SubmitCsr submit) {
    byte[] certificate = stories.ca.issue(submit.csr().toArray());
    issuedByCa
        .computeIfAbsent(story.requestId(), id -> new CopyOnWriteArrayList<>())
        .add(certificate);
    stories.answer(stories.issued(story, certificate), story);
    if (story.requestId().getLeastSignificantBits() % 7 == 0) {
      stories.answer(stories.issued(story, certificate), story);
    }
    if (story.requestId().getLeastSignificantBits() % 11 == 0) {
      byte[] second = stories.ca.issue(submit.csr().toArray());
      issuedByCa.computeIfAbsent(story.requestId(), id -> new CopyOnWriteArrayList<>()).add(second);
      stories.answer(stories.issued(story, second), story);
    }
  }

  private void order(Stories.Story story) {
    stories.wire.send(
        Stories.TENANT,
        Topics.REVOCATIONS,
        Keys.device(Stories.TENANT, story.naturalKey().deviceId()),
        new RevocationOrdered(
            UUID.nameUUIDFromBytes(
                story.naturalKey().deviceId().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            story.requestId(),
            story.naturalKey(),
            null,
            null,
            null,
            "cessationOfOperation",
            "unenrolled",
            "lifecycle",
            "revoke",
            null,
            Instant.now()));
  }

  /** An order that overtook its request is repeated, as revocation-service does. */
  private void awaitBarriers(List<Stories.Story> all, Set<UUID> answered) {
    Awaitility.await("every barrier")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              answerWhatWasSubmitted(all, answered);
              List<Stories.Story> open = all.stream().filter(story -> !isBarred(story)).toList();
              open.forEach(this::order);
              return open.isEmpty();
            });
  }

  private boolean isBarred(Stories.Story story) {
    return progress(story).stream().anyMatch(report -> BARRED.contains(report.state()));
  }

  private List<RequestProgressed> progress(Stories.Story story) {
    return stories.wire.heard(
        RequestProgressed.class, report -> report.requestId().equals(story.requestId()));
  }

  /** In the order of the device's partition, which is the order of the commits. */
  private void assertNothingAfterTheBarrier(Stories.Story story) {
    boolean barred = false;
    for (Wire.Heard heard : stories.wire.heard()) {
      if (heard.payload() instanceof RequestProgressed report
          && report.requestId().equals(story.requestId())) {
        barred |= BARRED.contains(report.state());
        assertThat(barred && !BARRED.contains(report.state())).as("%s", report).isFalse();
      } else if (heard.payload() instanceof PackageReady ready
          && ready.requestId().equals(story.requestId())) {
        assertThat(barred).as("%s", ready).isFalse();
      }
    }
    assertThat(
            count(
                "select count(*) from package where request_id = $1 and state <> 'WITHDRAWN'",
                story.requestId()))
        .isZero();
  }

  /** Certificates of the CA that nobody will revoke: neither told to others nor commanded. */
  private List<String> unaccounted(List<Stories.Story> all) {
    List<String> unaccounted = new ArrayList<>();
    for (Stories.Story story : all) {
      for (byte[] certificate : issuedByCa.getOrDefault(story.requestId(), List.of())) {
        String serial = Certificates.parse(certificate).serialHex();
        if (!toldSerials(story).contains(serial) && !commandedSerials(story).contains(serial)) {
          unaccounted.add(story.requestId() + " " + serial);
        }
      }
    }
    return unaccounted;
  }

  private Set<String> toldSerials(Stories.Story story) {
    Set<String> told = new HashSet<>();
    for (RequestProgressed report : progress(story)) {
      CertificateFacts facts = report.certificate();
      if (facts != null && BARRED.contains(report.state())) {
        told.add(facts.serial());
      }
    }
    return told;
  }

  private Set<String> commandedSerials(Stories.Story story) {
    Set<String> commanded = new HashSet<>();
    stories
        .wire
        .heard(RevokeCertificate.class, c -> c.requestId().equals(story.requestId()))
        .forEach(command -> commanded.add(command.serial()));
    return commanded;
  }

  private void revokeWhatWasReported(List<Stories.Story> all) {
    for (Stories.Story story : all) {
      for (byte[] certificate : issuedByCa.getOrDefault(story.requestId(), List.of())) {
        var parsed = Certificates.parse(certificate);
        stories.answer(
            new CertificateRevoked(
                story.requestId(),
                "builtin",
                UUID.randomUUID(),
                parsed.issuer().toRfc4514(),
                parsed.serialHex(),
                Instant.now(),
                false),
            story);
      }
    }
  }

  private boolean hasCertificate(Stories.Story story) {
    return !toldSerials(story).isEmpty();
  }

  private boolean isRevoked(Stories.Story story) {
    return progress(story).stream().anyMatch(r -> r.state() == RequestState.REVOKED);
  }

  private CompletableFuture<Void> later(int latestMillis, Runnable action) {
    Executor executor =
        CompletableFuture.delayedExecutor(random.nextInt(latestMillis), TimeUnit.MILLISECONDS);
    return CompletableFuture.runAsync(action, executor);
  }
}
