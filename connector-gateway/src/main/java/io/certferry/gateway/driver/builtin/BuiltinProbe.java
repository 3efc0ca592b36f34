package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.ProbeReport.Finding;
import io.certferry.pki.PkiException;
import io.certferry.pki.ca.Crls;
import io.certferry.pki.ca.ParsedCrl;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Looks at the built-in CA as an operator would. */
final class BuiltinProbe {

  private static final Duration SOON = Duration.ofDays(731);

  private final Hierarchy hierarchy;
  private final CrlPublisher crls;
  private final InstantSource clock;

  BuiltinProbe(Hierarchy hierarchy, CrlPublisher crls, InstantSource clock) {
    this.hierarchy = hierarchy;
    this.crls = crls;
    this.clock = clock;
  }

  ProbeReport run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding("kind", true, "This is the built-in CA; it runs inside this connector."));
    Finding crl = crl();
    findings.add(crl);
    findings.add(certificate());
    findings.add(
        new Finding("templates", true, "It offers " + IssuingTemplate.ALL.size() + " templates."));
    return new ProbeReport(crl.ok() || !crl.check().equals("reachable"), findings);
  }

  private Finding crl() {
    try {
      ParsedCrl crl = Crls.parse(crls.newest(Tier.ISSUING), hierarchy.issuing().certificate());
      boolean fresh = crl.nextUpdate() != null && crl.nextUpdate().isAfter(clock.instant());
      return new Finding(
          "crl",
          fresh,
          "CRL "
              + crl.number()
              + " is "
              + (fresh ? "valid" : "out of date")
              + " until "
              + crl.nextUpdate()
              + ".");
    } catch (PkiException e) {
      return new Finding("crl", false, "The CRL does not verify.");
    } catch (RuntimeException e) {
      return new Finding("reachable", false, "The CA's database does not answer.");
    }
  }

  private Finding certificate() {
    boolean well = hierarchy.issuing().parsed().notAfter().isAfter(clock.instant().plus(SOON));
    String until = "The issuing CA is valid until " + hierarchy.issuing().parsed().notAfter() + ".";
    return new Finding(
        "ca-certificate",
        well,
        well ? until : until + " It is too short for two-year certificates: renew the CA.");
  }
}
