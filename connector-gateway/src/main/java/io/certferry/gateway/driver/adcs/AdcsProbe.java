package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Authority;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Offer;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.Probing;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at an AD CS CA through its web services, and lints its templates for the ESC classes. */
record AdcsProbe(
    ForeignCa ca, WebService service, Optional<URI> enrolment, Optional<PolicyCache> policies) {

  private static final String ENROLMENT_AGENT = "1.3.6.1.4.1.311.20.2.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  ProbeReport run() {
    Probing probing = new Probing(ca.clock());
    if (policies.isPresent()) {
      asked(probing, policies.get().ask());
    } else {
      configured(probing);
    }
    return probing.chain(ca.chain()).revocation(false).report();
  }

  /** Without a policy service nothing more can be asked than whether the CES is there. */
  private void configured(Probing probing) {
    probing.reached(service.http().exchange(HttpCall.get(enrolment.orElseThrow()).withoutBasic()));
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
        .templates(ca.templates().described().size());
  }

  private void asked(Probing probing, Xcep.Policies answer) {
    if (answer instanceof Xcep.Unknown unknown) {
      if (probing.reached(unknown.answer())) {
        probing.fault("policy", unknown.fault());
      }
      return;
    }
    Xcep.Known known = (Xcep.Known) answer;
    probing.reached(known.answer());
    Optional<Authority> authority = known.policy().authority(ca.chain().certificates().get(0));
    if (authority.isEmpty()) {
      probing.fault("ca", Fault.WRONG_CA);
      return;
    }
    probing.found(
        "ca", true, "It is the pinned CA, and an Enterprise CA: its policy service lists it.");
    if (!authority.get().mayEnrol()) {
      probing.fault("enrol", Fault.NOT_AUTHORISED);
    }
    List<Offer> offers = known.policy().offers(authority.get());
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
