package io.certferry.gateway.driver.adcs;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Authority;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Offer;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.ForeignDriver;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.PublicKeys;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An AD CS Enterprise CA behind its web services. With a policy service (or else a directory) the
 * templates, our rights, the least key and the address come from there, and what cannot work is
 * refused before the CA hears of it; without one, templates and address are as configured. With a
 * directory the CA must be an Enterprise CA of the forest, and the names in a request an account's.
 * A CA without templates is a standalone one, and gets nothing.
 */
final class AdcsDriver implements ForeignDriver {

  private static final Set<String> CLOSED_DOORS =
      Set.of(
          Fault.NAME_NOT_FOUND.code(),
          Fault.UNREACHABLE.code(),
          Fault.CONNECTION_REFUSED.code(),
          Fault.TLS_UNTRUSTED.code(),
          Fault.TLS_FAILED.code());

  private final ForeignCa ca;
  private final WebService service;
  private final Wstep wstep;
  private final Optional<URI> enrolment;
  private final Optional<PolicyCache> policies;
  private final Optional<DomainGuard> domain;
  private final Optional<RemoteRevocation> revocation;

  AdcsDriver(
      ForeignCa ca,
      WebService service,
      Optional<URI> enrolment,
      Optional<PolicyCache> policies,
      Optional<DomainGuard> domain,
      Optional<RemoteRevocation> revocation) {
    this.ca = ca;
    this.service = service;
    this.wstep = new Wstep(service, ca.chain());
    this.enrolment = enrolment;
    this.policies = policies;
    this.domain = domain;
    this.revocation = revocation;
  }

  @Override
  public ForeignCa ca() {
    return ca;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, true, revocation.isPresent(), false, ca.maxInFlight());
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    Gate gate = policies.isPresent() ? byPolicy(order) : byConfiguration(order);
    if (gate instanceof Closed closed) {
      return closed.outcome();
    }
    return domain
        .flatMap(guard -> guard.refusal(order.csr()))
        .orElseGet(() -> issue(((Open) gate).addresses(), order));
  }

  /** A door that nobody opened heard nothing: the CA may have another one. */
  private SubmitOutcome issue(List<URI> addresses, SubmitOrder order) {
    SubmitOutcome outcome = wstep.issue(addresses.get(0), order.csr(), order.template());
    for (int i = 1; i < addresses.size() && isUnheard(outcome); i++) {
      outcome = wstep.issue(addresses.get(i), order.csr(), order.template());
    }
    return outcome;
  }

  private static boolean isUnheard(SubmitOutcome outcome) {
    return outcome instanceof SubmitOutcome.Retryable retryable
        && CLOSED_DOORS.contains(retryable.code());
  }

  private sealed interface Gate {}

  private record Open(List<URI> addresses) implements Gate {}

  private record Closed(SubmitOutcome outcome) implements Gate {}

  private Gate byConfiguration(SubmitOrder order) {
    return ca.templates().has(order.template()) && enrolment.isPresent()
        ? new Open(List.of(enrolment.get()))
        : new Closed(Answers.configuration(Fault.UNKNOWN_TEMPLATE));
  }

  private Gate byPolicy(SubmitOrder order) {
    PolicyCache cache = policies.orElseThrow();
    EnrolmentPolicy policy = cache.current();
    if (policy == null) {
      return new Closed(new SubmitOutcome.Retryable(cache.fault().code()));
    }
    Optional<Authority> authority = policy.authority(ca.chain().certificates().get(0));
    if (authority.isEmpty()) {
      return new Closed(Answers.configuration(cache.absence()));
    }
    List<Offer> offers = policy.offers(authority.get());
    if (offers.isEmpty()) {
      return new Closed(Answers.configuration(Fault.NOT_ENTERPRISE));
    }
    Optional<Offer> offer =
        offers.stream().filter(found -> found.name().equals(order.template())).findFirst();
    return offer.isEmpty()
        ? new Closed(Answers.configuration(Fault.UNKNOWN_TEMPLATE))
        : permitted(authority.get(), offer.get(), order);
  }

  private Gate permitted(Authority authority, Offer offer, SubmitOrder order) {
    if (!authority.mayEnrol() || !offer.mayEnrol()) {
      return new Closed(Answers.configuration(Fault.NOT_AUTHORISED));
    }
    if (!offer.suppliesSubject()) {
      return new Closed(
          new SubmitOutcome.ConfigurationError(
              "subject-not-supplied",
              "The template builds the subject from the directory and would give the connector's"
                  + " own name: set Supply in the request."));
    }
    if (isTooSmall(offer, order)) {
      return new Closed(
          new SubmitOutcome.Denied(
              "key-too-small",
              "The template wants RSA keys of " + offer.minimumKeySize() + " bits or more."));
    }
    List<URI> addresses =
        enrolment
            .map(List::of)
            .orElseGet(() -> EnrolmentPolicy.addresses(authority, service.authentication()));
    return addresses.isEmpty()
        ? new Closed(Answers.configuration(Fault.ENDPOINT_MISSING))
        : new Open(addresses);
  }

  private static boolean isTooSmall(Offer offer, SubmitOrder order) {
    ParsedCsr csr = CertificateRequests.parse(order.csr().toArray());
    PublicKeys.Description key = PublicKeys.describe(csr.spki());
    return key.algorithm().equals("RSA") && key.bits() < offer.minimumKeySize();
  }

  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    Optional<URI> address = address();
    if (!caRequestId.matches("\\d{1,10}")) {
      return new SubmitOutcome.Unknown("no-such-request");
    }
    return address
        .map(url -> wstep.query(url, caRequestId, csr))
        .orElseGet(() -> new SubmitOutcome.Retryable(Fault.UNREACHABLE.code()));
  }

  private Optional<URI> address() {
    return enrolment.or(
        () ->
            policies
                .flatMap(cache -> Optional.ofNullable(cache.current()))
                .flatMap(policy -> policy.authority(ca.chain().certificates().get(0)))
                .flatMap(
                    authority ->
                        EnrolmentPolicy.addresses(authority, service.authentication()).stream()
                            .findFirst()));
  }

  @Override
  public RevokeOutcome revoke(RevokeOrder order) {
    return revocation
        .map(endpoint -> endpoint.revoke(order))
        .orElseGet(() -> ForeignDriver.super.revoke(order));
  }

  @Override
  public void close() {
    ForeignDriver.super.close();
    revocation.ifPresent(RemoteRevocation::close);
  }

  @Override
  public List<Template> templates() {
    return policies
        .map(cache -> Optional.ofNullable(cache.current()).map(this::offered).orElse(List.of()))
        .orElseGet(() -> ca.templates().described());
  }

  private List<Template> offered(EnrolmentPolicy policy) {
    return policy.authority(ca.chain().certificates().get(0)).stream()
        .flatMap(authority -> policy.offers(authority).stream())
        .filter(Offer::mayEnrol)
        .map(Offer::described)
        .toList();
  }

  @Override
  public ProbeReport probe() {
    return new AdcsProbe(ca, service, address(), policies, domain, revocation).run();
  }
}
