package io.certferry.gateway.driver.builtin;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.gateway.batch.GroupCommit;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.ManagerApproval;
import io.certferry.gateway.driver.OwnAuthority;
import io.certferry.gateway.driver.PendingRequest;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SearchKey;
import io.certferry.gateway.driver.SearchOutcome;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.ParsedCsr;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The built-in CA behind the driver port. */
final class BuiltinDriver implements CaDriver, ManagerApproval, OwnAuthority {

  /**
   * A submission is one insert and one update in our own database: what is not there after this
   * never comes.
   */
  private static final Duration MAX_IN_FLIGHT = Duration.ofSeconds(10);

  private static final int GROUP = 64;

  private final Hierarchy hierarchy;
  private final Issuing issuing;
  private final RequestTable requests;
  private final RevocationDesk revocations;
  private final CrlPublisher crls;
  private final OcspResponder ocsp;
  private final Set<String> approvals;
  private final InstantSource clock;
  private final GroupCommit<NewRequest, Long> inserts;
  private final GroupCommit<RequestTable.Signed, RequestRow> stores;

  BuiltinDriver(
      String caId,
      Hierarchy hierarchy,
      RequestTable requests,
      CrlPublisher crls,
      BuiltinConfig config,
      InstantSource clock) {
    this.hierarchy = hierarchy;
    this.issuing = new Issuing(caId, hierarchy.issuing(), config.publicUrl());
    this.requests = requests;
    this.crls = crls;
    this.revocations = new RevocationDesk(hierarchy.issuing().name(), requests, crls);
    this.ocsp = new OcspResponder(hierarchy, requests, config.ocspValidity(), clock);
    this.approvals = config.managerApproval().orElse(Set.of());
    this.clock = clock;
    this.inserts = new GroupCommit<>("builtin-requests-" + caId, GROUP, this::insert);
    this.stores = new GroupCommit<>("builtin-certificates-" + caId, GROUP, requests::store);
    crls.start(this::completeInterrupted);
  }

  private List<Long> insert(List<NewRequest> group) {
    CrashPoint.BUILTIN_CA_BEFORE_LEDGER_COMMIT.hit();
    List<Long> ids = requests.insert(group);
    CrashPoint.BUILTIN_CA_AFTER_LEDGER_COMMIT.hit();
    return ids;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, true, true, true, true, MAX_IN_FLIGHT);
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    Optional<IssuingTemplate> template = IssuingTemplate.byName(order.template());
    if (template.isEmpty()) {
      return new SubmitOutcome.ConfigurationError(
          "unknown-template", "the CA has no template of this name");
    }
    try {
      ParsedCsr csr = CertificateRequests.parse(order.csr().toArray());
      return decide(order, template.get(), csr);
    } catch (PkiException e) {
      return new SubmitOutcome.Denied("bad-request", String.valueOf(e.getMessage()));
    }
  }

  private SubmitOutcome decide(SubmitOrder order, IssuingTemplate template, ParsedCsr csr) {
    Optional<String> refusal = template.refusal(csr, order.validitySeconds());
    if (refusal.isPresent()) {
      inserts.write(request(order, csr, RequestRow.Status.DENIED, refusal.get(), null));
      return new SubmitOutcome.Denied("template-rule", refusal.get());
    }
    Instant now = clock.instant();
    if (!issuing.outlives(now, order.validitySeconds())) {
      return new SubmitOutcome.ConfigurationError(
          "ca-expires", "the certificate would outlive the issuing CA: renew the CA");
    }
    if (approvals.contains(template.name())) {
      long id = inserts.write(request(order, csr, RequestRow.Status.PENDING, null, null));
      return new SubmitOutcome.Pending(Long.toString(id));
    }
    return issue(order, template, csr, now);
  }

  private SubmitOutcome issue(
      SubmitOrder order, IssuingTemplate template, ParsedCsr csr, Instant now) {
    RequestRow.Plan plan = issuing.plan(csr, template, order.validitySeconds(), now);
    long id = inserts.write(request(order, csr, RequestRow.Status.PLANNED, null, plan));
    return outcome(signAndStore(id, csr, template, plan));
  }

  private RequestRow signAndStore(
      long id, ParsedCsr csr, IssuingTemplate template, RequestRow.Plan plan) {
    byte[] certificate = issuing.sign(csr, template, plan);
    CrashPoint.BUILTIN_CA_AFTER_SIGN_BEFORE_STORE.hit();
    return stores.write(new RequestTable.Signed(id, certificate));
  }

  private static NewRequest request(
      SubmitOrder order,
      ParsedCsr csr,
      RequestRow.Status status,
      @Nullable String detail,
      RequestRow.@Nullable Plan plan) {
    return new NewRequest(
        order.requestId().toString(),
        order.template(),
        order.csr().toArray(),
        Digests.sha256Hex(csr.spki()),
        order.validitySeconds(),
        status,
        detail,
        plan);
  }

  private SubmitOutcome outcome(RequestRow row) {
    String id = Long.toString(row.id());
    return switch (row.status()) {
      case PENDING -> new SubmitOutcome.Pending(id);
      case DENIED ->
          new SubmitOutcome.Denied("denied", Objects.requireNonNullElse(row.detail(), "denied"));
      case PLANNED -> new SubmitOutcome.Unknown("not-signed-yet");
      case ISSUED -> new SubmitOutcome.Issued(certificate(row), chain(), id);
      case REVOKED -> new SubmitOutcome.Denied("revoked", "issued and revoked since");
    };
  }

  private static Bytes certificate(RequestRow row) {
    return Bytes.of(Objects.requireNonNull(row.certificate()));
  }

  @Override
  public SearchOutcome search(SearchKey key) {
    Instant asked = clock.instant();
    List<FoundRequest> found = new ArrayList<>();
    rows(key).stream().map(this::completed).map(BuiltinDriver::found).forEach(found::add);
    return found.isEmpty()
        ? new SearchOutcome.AbsentAsOf(asked)
        : new SearchOutcome.Found(found, chain());
  }

  private List<RequestRow> rows(SearchKey key) {
    if (key instanceof SearchKey.ByRequestId own) {
      return requests.byReference(own.requestId().toString());
    }
    if (key instanceof SearchKey.ByPublicKey spki) {
      return requests.bySpki(Digests.sha256Hex(spki.spki().toArray()));
    }
    String id = ((SearchKey.ByCaRequestId) key).caRequestId();
    return number(id).flatMap(requests::byId).stream().toList();
  }

  private static Optional<Long> number(String caRequestId) {
    return caRequestId.matches("\\d{1,18}")
        ? Optional.of(Long.parseLong(caRequestId))
        : Optional.empty();
  }

  /** What a power cut left between plan and signature is signed now, as planned. */
  private RequestRow completed(RequestRow row) {
    if (row.status() != RequestRow.Status.PLANNED) {
      return row;
    }
    ParsedCsr csr = CertificateRequests.parse(row.csr());
    IssuingTemplate template = IssuingTemplate.byName(row.template()).orElseThrow();
    return signAndStore(row.id(), csr, template, Objects.requireNonNull(row.plan()));
  }

  private void completeInterrupted() {
    requests.interrupted().forEach(this::completed);
  }

  private static FoundRequest found(RequestRow row) {
    FoundRequest.Status status =
        switch (row.status()) {
          case PENDING -> FoundRequest.Status.PENDING;
          case DENIED -> FoundRequest.Status.DENIED;
          case REVOKED -> FoundRequest.Status.REVOKED;
          case PLANNED, ISSUED -> FoundRequest.Status.ISSUED;
        };
    return new FoundRequest(
        Long.toString(row.id()),
        status,
        row.certificate() == null ? null : Bytes.of(row.certificate()),
        Objects.requireNonNullElse(row.detail(), ""));
  }

  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    return number(caRequestId)
        .flatMap(requests::byId)
        .map(this::completed)
        .map(this::outcome)
        .orElseGet(() -> new SubmitOutcome.Unknown("no-such-request"));
  }

  @Override
  public RevokeOutcome revoke(RevokeOrder order) {
    return revocations.revoke(order);
  }

  @Override
  public List<Template> templates() {
    return IssuingTemplate.ALL.stream()
        .map(template -> template.described(approvals.contains(template.name())))
        .toList();
  }

  @Override
  public List<Bytes> chain() {
    return List.of(
        Bytes.of(hierarchy.issuing().certificate()), Bytes.of(hierarchy.root().certificate()));
  }

  @Override
  public List<FoundRequest> listIssued(Instant from, Instant until) {
    return requests.issued(from, until).stream().map(BuiltinDriver::found).toList();
  }

  @Override
  public ProbeReport probe() {
    return new BuiltinProbe(hierarchy, crls, clock).run();
  }

  @Override
  public List<PendingRequest> pending() {
    return requests.pending().stream().map(BuiltinDriver::waiting).toList();
  }

  private static PendingRequest waiting(RequestRow row) {
    return new PendingRequest(
        Long.toString(row.id()),
        row.template(),
        CertificateRequests.parse(row.csr()).subject().toRfc4514(),
        row.submittedAt());
  }

  @Override
  public boolean approve(String caRequestId, String manager) {
    return number(caRequestId)
        .flatMap(requests::byId)
        .filter(row -> row.status() == RequestRow.Status.PENDING)
        .map(row -> approve(row, manager))
        .orElse(false);
  }

  private boolean approve(RequestRow row, String manager) {
    ParsedCsr csr = CertificateRequests.parse(row.csr());
    IssuingTemplate template = IssuingTemplate.byName(row.template()).orElseThrow();
    RequestRow.Plan plan = issuing.plan(csr, template, row.validitySeconds(), clock.instant());
    if (!requests.decideToIssue(row.id(), plan, manager)) {
      return false;
    }
    signAndStore(row.id(), csr, template, plan);
    return true;
  }

  @Override
  public boolean deny(String caRequestId, String manager) {
    return number(caRequestId).map(id -> requests.decideToDeny(id, manager)).orElse(false);
  }

  @Override
  public byte[] certificate(Tier tier) {
    return switch (tier) {
      case ROOT -> hierarchy.root().certificate();
      case ISSUING -> hierarchy.issuing().certificate();
    };
  }

  @Override
  public byte[] crl(Tier tier) {
    return crls.newest(tier);
  }

  @Override
  public byte[] ocsp(byte[] request) {
    return ocsp.answer(request);
  }

  @Override
  public void close() {
    inserts.close();
    stores.close();
    crls.close();
  }
}
