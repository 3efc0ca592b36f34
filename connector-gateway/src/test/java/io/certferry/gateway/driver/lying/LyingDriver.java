package io.certferry.gateway.driver.lying;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaUnavailableException;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SearchKey;
import io.certferry.gateway.driver.SearchOutcome;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.pki.Digests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.LyingCa;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Speaks with {@link LyingCa}; can be told that it cannot search. */
public final class LyingDriver implements CaDriver {

  public static final Duration MAX_IN_FLIGHT = Duration.ofSeconds(30);

  private final LyingCa ca;
  private final InstantSource clock;
  private volatile boolean searchable = true;
  private volatile CountDownLatch answers = new CountDownLatch(0);
  private final CountDownLatch hurry = new CountDownLatch(1);
  private volatile Duration pace = Duration.ZERO;
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicInteger revokeCalls = new AtomicInteger();
  private volatile IntFunction<RevokeLie> revokeLies = call -> RevokeLie.NONE;

  public LyingDriver(LyingCa ca, InstantSource clock) {
    this.ca = ca;
    this.clock = clock;
  }

  /** Whether the CA's ledger can be searched. */
  public void searchable(boolean can) {
    searchable = can;
  }

  /** How often this driver was asked for the CA's list. */
  public int lists() {
    return lists.get();
  }

  public LyingCa ca() {
    return ca;
  }

  /** How long each submission takes from now on. */
  public void pace(Duration each) {
    pace = each;
  }

  /** Nothing takes long any more. */
  public void hurry() {
    hurry.countDown();
  }

  /** From now on no submission is answered, until {@link #answerAgain()}. */
  public void holdAnswers() {
    answers = new CountDownLatch(1);
  }

  /** Everything that waits is answered. */
  public void answerAgain() {
    answers.countDown();
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(searchable, searchable, true, true, searchable, MAX_IN_FLIGHT);
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    try {
      answers.await();
      var unused = hurry.await(pace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Answer answer = ca.submit(order.requestId(), order.csr().toArray(), order.validitySeconds());
    if (answer instanceof Answer.Issued issued) {
      return new SubmitOutcome.Issued(issued.certificate(), ca.chain(), issued.caRequestId());
    }
    if (answer instanceof Answer.Pending pending) {
      return new SubmitOutcome.Pending(pending.caRequestId());
    }
    if (answer instanceof Answer.Denied denied) {
      return new SubmitOutcome.Denied("policy-module", denied.reason());
    }
    return answer instanceof Answer.Silence
        ? new SubmitOutcome.Unknown("no-answer")
        : new SubmitOutcome.Retryable("unreachable");
  }

  @Override
  public SearchOutcome search(SearchKey key) {
    if (!searchable) {
      return new SearchOutcome.CannotTell("not-searchable");
    }
    Instant asked = clock.instant();
    List<FoundRequest> found = entries(key).stream().map(LyingDriver::found).toList();
    return found.isEmpty()
        ? new SearchOutcome.AbsentAsOf(asked)
        : new SearchOutcome.Found(found, ca.chain());
  }

  private List<LedgerEntry> entries(SearchKey key) {
    if (key instanceof SearchKey.ByRequestId own) {
      return ca.findByRequest(own.requestId());
    }
    if (key instanceof SearchKey.ByPublicKey spki) {
      return ca.findByKey(Digests.sha256Hex(spki.spki().toArray()));
    }
    return ca.find(((SearchKey.ByCaRequestId) key).caRequestId()).stream().toList();
  }

  private static FoundRequest found(LedgerEntry entry) {
    return new FoundRequest(
        entry.caRequestId(),
        FoundRequest.Status.valueOf(entry.status().name()),
        entry.certificate(),
        "");
  }

  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    Optional<LedgerEntry> entry = ca.find(caRequestId);
    if (entry.isEmpty()) {
      return new SubmitOutcome.Unknown("no-such-request");
    }
    Bytes certificate = entry.get().certificate();
    return switch (entry.get().status()) {
      case PENDING -> new SubmitOutcome.Pending(caRequestId);
      case DENIED -> new SubmitOutcome.Denied("manager", "denied by a manager");
      case REVOKED -> new SubmitOutcome.Denied("revoked", "revoked since");
      case ISSUED ->
          certificate == null
              ? new SubmitOutcome.Unknown("no-certificate")
              : new SubmitOutcome.Issued(certificate, ca.chain(), caRequestId);
    };
  }

  @Override
  public RevokeOutcome revoke(RevokeOrder order) {
    return switch (revokeLies.apply(revokeCalls.getAndIncrement())) {
      case NONE -> honestly(order);
      case UNAVAILABLE -> new RevokeOutcome.Retryable("unavailable");
      case DROPPED -> {
        honestly(order);
        yield new RevokeOutcome.Retryable("timeout");
      }
      case CANNOT -> new RevokeOutcome.Refused("cannot-revoke", "this CA takes nothing back");
    };
  }

  private RevokeOutcome honestly(RevokeOrder order) {
    boolean already =
        ca.ledger().stream()
            .anyMatch(
                entry ->
                    entry.status() == LedgerEntry.Status.REVOKED && isOf(entry, order.serial()));
    return ca.revoke(order.serial())
        ? new RevokeOutcome.Revoked(clock.instant(), already)
        : new RevokeOutcome.Refused("unknown-serial", "no such certificate");
  }

  private static boolean isOf(LedgerEntry entry, String serial) {
    Bytes certificate = entry.certificate();
    return certificate != null
        && Certificates.parse(certificate.toArray()).serialHex().equals(serial);
  }

  /** What the CA does with an order to revoke. */
  public enum RevokeLie {
    NONE,
    /** Nothing happens and nothing is said. */
    UNAVAILABLE,
    /** It revokes, and the answer is lost. */
    DROPPED,
    CANNOT
  }

  /** How it behaves from now on, by the number of the call, from 0. */
  public void onRevoke(IntFunction<RevokeLie> lies) {
    revokeCalls.set(0);
    revokeLies = lies;
  }

  /** Calls since {@link #onRevoke}. */
  public int revokeCalls() {
    return revokeCalls.get();
  }

  @Override
  public List<Template> templates() {
    return List.of(
        new Template("User", "User", 63_158_400, 2048, List.of("RSA", "EC"), List.of(), false));
  }

  @Override
  public List<Bytes> chain() {
    return ca.chain();
  }

  @Override
  public List<FoundRequest> listIssued(Instant from, Instant until) {
    lists.incrementAndGet();
    if (ca.isLedgerHidden()) {
      throw new CaUnavailableException("hidden", "the ledger is hidden");
    }
    return ca.ledger().stream()
        .filter(entry -> !entry.at().isBefore(from) && entry.at().isBefore(until))
        .map(LyingDriver::found)
        .toList();
  }

  @Override
  public ProbeReport probe() {
    return new ProbeReport(true, List.of());
  }
}
