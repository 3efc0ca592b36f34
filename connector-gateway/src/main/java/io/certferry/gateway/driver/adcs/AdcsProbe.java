package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Authority;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Offer;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.Probing;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at an AD CS CA through its web services, and lints its templates for the ESC classes. */
record AdcsProbe(
    ForeignCa ca,
    WebService service,
    Optional<URI> enrolment,
    Optional<PolicyCache> policies,
    Optional<DomainGuard> domain,
    Optional<RemoteRevocation> revocation) {

  private static final String ENROLMENT_AGENT = "1.3.6.1.4.1.311.20.2.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  ProbeReport run() {
    Probing probing = new Probing(ca.clock());
    if (policies.isPresent()) {
      asked(probing, policies.get().ask());
    } else {
      configured(probing);
    }
    domain.ifPresent(guard -> domain(probing, guard));
    if (service.authentication() == WebService.Authentication.KERBEROS) {
      binding(probing);
    }
    revocation(probing.chain(ca.chain()));
    return probing.report();
  }

  private static void binding(Probing probing) {
    boolean bound = TlsEndpoint.isSupported();
    probing.found(
        "channel-binding",
        bound,
        bound
            ? "Tickets are bound to the TLS connection, as Extended Protection wants."
            : "Tickets are not bound to the TLS connection, which Extended Protection refuses: start"
                + " the JVM with --add-exports"
                + " java.security.jgss/sun.security.jgss.krb5.internal=ALL-UNNAMED.");
  }

  private static void domain(Probing probing, DomainGuard guard) {
    Optional<Fault> fault = guard.unproven();
    if (fault.isPresent()) {
      probing.fault("enterprise", fault.get());
    } else {
      probing.found("enterprise", true, "The directory lists it as an Enterprise CA.");
    }
  }

  private void revocation(Probing probing) {
    Optional<Fault> fault = revocation.flatMap(RemoteRevocation::fault);
    if (fault.isPresent()) {
      probing.fault("revoke", fault.get());
    } else {
      probing.revocation(revocation.isPresent());
    }
  }

  /** What the enrolment service says to a visitor, where it was not asked for the policy. */
  private Optional<HttpOutcome> answer() {
    return enrolment.map(url -> service.http().exchange(HttpCall.get(url).withoutBasic()));
  }

  /** Without a policy service nothing more can be asked than whether the CES is there. */
  private void configured(Probing probing) {
    answer().ifPresent(probing::reached);
    probing
        .found(
            "ca",
            true,
            "Which CA answers shows with the first certificate: it must chain to the pin.")
        .found(
            "policy",
            false,
            "No policy service is configured (adcs.policy-url): templates and rights cannot be"
                + " checked.")
        .found(
            "enterprise",
            domain.isPresent(),
            domain.isPresent()
                ? "The directory is asked whether it is an Enterprise CA."
                : "Neither a policy service nor a directory proves that it is an Enterprise CA.")
        .templates(ca.templates().described().size());
  }

  private void asked(Probing probing, PolicySource.Policies answer) {
    boolean silent =
        answer.answer().or(this::answer).map(outcome -> !probing.reached(outcome)).orElse(false);
    if (answer instanceof PolicySource.Unknown unknown) {
      if (!silent) {
        probing.fault("policy", unknown.fault());
      }
      return;
    }
    EnrolmentPolicy policy = ((PolicySource.Known) answer).policy();
    Optional<Authority> authority = policy.authority(ca.chain().certificates().get(0));
    if (authority.isEmpty()) {
      probing.fault("ca", policies.orElseThrow().absence());
      return;
    }
    List<Offer> offers = policy.offers(authority.get());
    if (offers.isEmpty()) {
      probing.fault("enterprise", Fault.NOT_ENTERPRISE);
      return;
    }
    probing.found("ca", true, "It is the pinned CA, and an Enterprise CA: it publishes templates.");
    if (!authority.get().mayEnrol()) {
      probing.fault("enrol", Fault.NOT_AUTHORISED);
    }
    probing.templates(offers.size());
    wanted(probing, offers);
    offers.stream().filter(Offer::mayEnrol).forEach(offer -> lint(probing, offer));
  }

  /** The templates that the operator means to use. */
  private void wanted(Probing probing, List<Offer> offers) {
    for (String name : ca.templates().byName().keySet()) {
      Optional<Offer> offer =
          offers.stream().filter(found -> found.name().equals(name)).findFirst();
      if (offer.isEmpty()) {
        probing.found(
            "template:" + name, false, name + ": " + Fault.UNKNOWN_TEMPLATE.explanation());
      } else if (!offer.get().mayEnrol()) {
        probing.found("template:" + name, false, name + ": " + Fault.NOT_AUTHORISED.explanation());
      } else if (!offer.get().suppliesSubject()) {
        probing.found(
            "template:" + name,
            false,
            name + ": it builds the subject from the directory: set Supply in the request.");
      } else {
        probing.found(
            "template:" + name,
            true,
            name + ": published, enrollable, keys of " + offer.get().minimumKeySize() + " bits.");
      }
    }
  }

  private static void lint(Probing probing, Offer offer) {
    Set<String> usages = Set.copyOf(offer.extendedKeyUsages());
    if (usages.isEmpty() || usages.contains(ANY_PURPOSE)) {
      danger(probing, "esc2", offer, "is good for any purpose: name its extended key usages.");
    }
    if (usages.contains(ENROLMENT_AGENT)) {
      danger(
          probing,
          "esc3",
          offer,
          "makes enrolment agents: take Enroll on it away from the connector's account.");
    }
    if (offer.isVersion1() && offer.suppliesSubject()) {
      danger(
          probing,
          "esc15",
          offer,
          "is of schema version 1 and takes application policies from the request (CVE-2024-49019):"
              + " duplicate it as version 2 or newer and patch the CA.");
    }
    if (offer.suppliesSubject() && !offer.pends() && usages.contains("1.3.6.1.5.5.7.3.2")) {
      probing.found(
          "esc1:" + offer.name(),
          true,
          offer.name()
              + " lets whoever enrols name any account for logging on: see that nobody but the"
              + " connector's account has Enroll, and bound the names in the local policy.");
    }
  }

  private static void danger(Probing probing, String check, Offer offer, String sentence) {
    probing.found(check + ":" + offer.name(), false, offer.name() + " " + sentence);
  }
}
