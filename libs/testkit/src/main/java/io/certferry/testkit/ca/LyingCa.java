package io.certferry.testkit.ca;

import io.certferry.contracts.Bytes;
import io.certferry.pki.Digests;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A CA with real keys and a ledger that tells as told. Honest unless lies are queued; each
 * submission uses up one. Thread-safe.
 */
public final class LyingCa {

  private static final Duration CA_VALIDITY = Duration.ofDays(3650);

  private final InstantSource clock;
  private final byte[] root;
  private final byte[] issuing;
  private final SigningKey key;
  private final Queue<Lie> lies = new ArrayDeque<>();
  private final Map<String, LedgerEntry> ledger = new LinkedHashMap<>();
  private final Map<String, byte[]> csrs = new LinkedHashMap<>();
  private final Map<String, Long> validities = new LinkedHashMap<>();
  private final List<LedgerEntry> late = new ArrayList<>();
  private boolean ledgerHidden;
  private int submissions;
  private int searches;
  private long number;

  /** A fresh CA with EC P-256 keys. */
  public LyingCa(InstantSource clock) {
    this.clock = clock;
    try (GeneratedKey rootKey = KeyPairs.generate(KeySpec.EC_256);
        GeneratedKey issuingKey = KeyPairs.generate(KeySpec.EC_256)) {
      root =
          CaCertificates.selfSignedRoot(
              DistinguishedName.ofCommonName("Lying Root"), rootKey, validity(CA_VALIDITY));
      issuing =
          CaCertificates.intermediate(
              DistinguishedName.ofCommonName("Lying Issuer"),
              issuingKey.spki(),
              validity(CA_VALIDITY),
              Publication.NONE,
              SigningKey.of(rootKey),
              root);
      key = SigningKey.of(issuingKey.pkcs8(), issuingKey.spki());
    }
  }

  /** Queues lies for the submissions to come. */
  public synchronized void lie(Lie... next) {
    lies.addAll(List.of(next));
  }

  /** Forgets the lies that nobody has met yet. */
  public synchronized void forgetLies() {
    lies.clear();
  }

  /** DER, issuing CA first. */
  public List<Bytes> chain() {
    return List.of(Bytes.of(issuing), Bytes.of(root));
  }

  /** A submission arrives, or does not. */
  public synchronized Answer submit(UUID requestId, byte[] csr, long validitySeconds) {
    submissions++;
    Lie lie = Objects.requireNonNullElse(lies.poll(), Lie.NONE);
    return switch (lie) {
      case NONE -> issued(issue(requestId, csr, validitySeconds));
      case ISSUES_THEN_DROPS -> {
        issue(requestId, csr, validitySeconds);
        yield new Answer.Silence();
      }
      case ISSUES_LATE -> {
        LedgerEntry entry = issue(requestId, csr, validitySeconds);
        ledger.remove(entry.caRequestId());
        late.add(entry);
        yield new Answer.Silence();
      }
      case DROPS_BEFORE_RECEIPT -> new Answer.Silence();
      case ISSUES_TWICE -> {
        issue(requestId, csr, validitySeconds);
        yield issued(issue(requestId, csr, validitySeconds));
      }
      case ANSWERS_FOR_ANOTHER -> {
        LedgerEntry another = ledger.values().iterator().next();
        issue(requestId, csr, validitySeconds);
        yield issued(another);
      }
      case PENDS -> pending(requestId, csr, validitySeconds);
      case DENIES -> denied(requestId, csr);
      case WRONG_KEY -> issued(wrongKey(requestId, csr, validitySeconds));
      case EXTRA_SAN -> issued(extraSan(requestId, csr, validitySeconds));
      case LONGER_VALIDITY -> issued(issue(requestId, csr, validitySeconds * 2));
      case DOWN -> new Answer.Unreachable();
    };
  }

  /** The answer that {@link Lie#ISSUES_LATE} keeps back, as the wire would have carried it. */
  public synchronized Answer.Issued hidden(UUID requestId) {
    return late.stream()
        .filter(entry -> entry.requestId().equals(requestId))
        .map(LyingCa::issued)
        .findFirst()
        .orElseThrow();
  }

  /** What was late is there now. */
  public synchronized void catchUp() {
    late.forEach(entry -> ledger.put(entry.caRequestId(), entry));
    late.clear();
  }

  /** What became of a request. */
  public synchronized Optional<LedgerEntry> find(String caRequestId) {
    return Optional.ofNullable(ledger.get(caRequestId));
  }

  /** A search of the ledger, counted. */
  public synchronized List<LedgerEntry> findByRequest(UUID requestId) {
    searches++;
    return ledger.values().stream().filter(e -> e.requestId().equals(requestId)).toList();
  }

  /** A search of the ledger, counted. */
  public synchronized List<LedgerEntry> findByKey(String spkiSha256) {
    searches++;
    return ledger.values().stream().filter(e -> e.spkiSha256().equals(spkiSha256)).toList();
  }

  /** A manager says yes. */
  public synchronized void approve(String caRequestId) {
    LedgerEntry entry = Objects.requireNonNull(ledger.get(caRequestId));
    byte[] csr = Objects.requireNonNull(csrs.get(caRequestId));
    long seconds = Objects.requireNonNull(validities.get(caRequestId));
    ParsedCsr parsed = CertificateRequests.parse(csr);
    ledger.put(
        caRequestId,
        entry.with(LedgerEntry.Status.ISSUED, sign(parsed, parsed.spki(), parsed.sans(), seconds)));
  }

  /** A manager says no. */
  public synchronized void deny(String caRequestId) {
    LedgerEntry entry = Objects.requireNonNull(ledger.get(caRequestId));
    ledger.put(caRequestId, entry.with(LedgerEntry.Status.DENIED, null));
  }

  /**
   * Takes a certificate back.
   *
   * @param serial lower-case hex
   * @return false if there is none of that serial
   */
  public synchronized boolean revoke(String serial) {
    for (LedgerEntry entry : ledger.values()) {
      if (entry.certificate() != null && serialOf(entry).equals(serial)) {
        ledger.put(
            entry.caRequestId(), entry.with(LedgerEntry.Status.REVOKED, entry.certificate()));
        return true;
      }
    }
    return false;
  }

  /** Whether the ledger can be listed from now on. */
  public synchronized void hideLedger(boolean hidden) {
    ledgerHidden = hidden;
  }

  /** Whether nobody may list the ledger now. */
  public synchronized boolean isLedgerHidden() {
    return ledgerHidden;
  }

  /** Everything that really happened. */
  public synchronized List<LedgerEntry> ledger() {
    return List.copyOf(ledger.values());
  }

  /** How often somebody submitted. */
  public synchronized int submissions() {
    return submissions;
  }

  /** How often somebody searched. */
  public synchronized int searches() {
    return searches;
  }

  private static String serialOf(LedgerEntry entry) {
    return Certificates.parse(Objects.requireNonNull(entry.certificate()).toArray()).serialHex();
  }

  private static Answer.Issued issued(LedgerEntry entry) {
    return new Answer.Issued(entry.caRequestId(), Objects.requireNonNull(entry.certificate()));
  }

  private LedgerEntry issue(UUID requestId, byte[] csr, long validitySeconds) {
    ParsedCsr parsed = CertificateRequests.parse(csr);
    return enter(
        requestId,
        parsed,
        LedgerEntry.Status.ISSUED,
        sign(parsed, parsed.spki(), parsed.sans(), validitySeconds));
  }

  private LedgerEntry wrongKey(UUID requestId, byte[] csr, long validitySeconds) {
    ParsedCsr parsed = CertificateRequests.parse(csr);
    try (GeneratedKey own = KeyPairs.generate(KeySpec.EC_256)) {
      Bytes certificate = sign(parsed, own.spki(), parsed.sans(), validitySeconds);
      return enter(requestId, parsed, LedgerEntry.Status.ISSUED, certificate);
    }
  }

  private LedgerEntry extraSan(UUID requestId, byte[] csr, long validitySeconds) {
    ParsedCsr parsed = CertificateRequests.parse(csr);
    List<SubjectAltName> names = new ArrayList<>(parsed.sans());
    names.add(new SubjectAltName(SubjectAltName.Type.EMAIL, "somebody.else@contoso.test"));
    return enter(
        requestId,
        parsed,
        LedgerEntry.Status.ISSUED,
        sign(parsed, parsed.spki(), names, validitySeconds));
  }

  private Answer pending(UUID requestId, byte[] csr, long validitySeconds) {
    LedgerEntry entry =
        enter(requestId, CertificateRequests.parse(csr), LedgerEntry.Status.PENDING, null);
    csrs.put(entry.caRequestId(), csr.clone());
    validities.put(entry.caRequestId(), validitySeconds);
    return new Answer.Pending(entry.caRequestId());
  }

  private Answer denied(UUID requestId, byte[] csr) {
    LedgerEntry entry =
        enter(requestId, CertificateRequests.parse(csr), LedgerEntry.Status.DENIED, null);
    return new Answer.Denied(entry.caRequestId(), "denied by policy module");
  }

  private LedgerEntry enter(
      UUID requestId, ParsedCsr csr, LedgerEntry.Status status, @Nullable Bytes certificate) {
    String id = Long.toString(++number);
    LedgerEntry entry =
        new LedgerEntry(
            id, requestId, Digests.sha256Hex(csr.spki()), status, certificate, clock.instant());
    ledger.put(id, entry);
    return entry;
  }

  private Bytes sign(ParsedCsr csr, byte[] spki, List<SubjectAltName> names, long validitySeconds) {
    IssuePlan plan =
        new IssuePlan(
            csr.subject().der(),
            spki,
            names,
            csr.ekus(),
            Set.of(),
            csr.sid(),
            null,
            Randomness.serialNumber(),
            validity(Duration.ofSeconds(validitySeconds)),
            Publication.NONE);
    return Bytes.of(CaCertificates.issue(plan, key, issuing));
  }

  private Validity validity(Duration length) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new Validity(now, now.plus(length).minusSeconds(1));
  }
}
