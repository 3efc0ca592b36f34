package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.certferry.pki.Digests;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.certificate.ParsedCsr;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.TreeSet;

/** Plans certificates and signs what was planned. Pure but for randomness. */
final class Issuing {

  private final String caId;
  private final Authority issuer;
  private final String publicUrl;

  Issuing(String caId, Authority issuer, String publicUrl) {
    this.caId = caId;
    this.issuer = issuer;
    this.publicUrl = publicUrl;
  }

  /** Whether the issuing CA itself lives long enough. */
  boolean outlives(Instant now, long validitySeconds) {
    return !lastSecond(now, validitySeconds).isAfter(issuer.parsed().notAfter());
  }

  /**
   * A fresh serial and a validity from now on; RFC 5280's notAfter is inclusive, so one second is
   * taken off.
   */
  RequestRow.Plan plan(ParsedCsr csr, IssuingTemplate template, long validitySeconds, Instant now) {
    Instant from = now.truncatedTo(ChronoUnit.SECONDS);
    RequestRow.Plan unhashed =
        new RequestRow.Plan(
            ParsedCertificate.serialHex(Randomness.serialNumber()),
            from,
            lastSecond(from, validitySeconds),
            publicUrl,
            "");
    return new RequestRow.Plan(
        unhashed.serial(),
        unhashed.notBefore(),
        unhashed.notAfter(),
        publicUrl,
        hash(content(csr, template, unhashed)));
  }

  private static Instant lastSecond(Instant from, long validitySeconds) {
    return from.truncatedTo(ChronoUnit.SECONDS).plusSeconds(validitySeconds - 1);
  }

  /**
   * Signs exactly what was planned.
   *
   * @throws IllegalStateException if CSR and template would now give something else
   */
  byte[] sign(ParsedCsr csr, IssuingTemplate template, RequestRow.Plan plan) {
    IssuePlan content = content(csr, template, plan);
    if (!hash(content).equals(plan.sha256())) {
      throw new IllegalStateException("the request no longer gives the planned certificate");
    }
    return CaCertificates.issue(content, issuer.key(), issuer.certificate());
  }

  private IssuePlan content(ParsedCsr csr, IssuingTemplate template, RequestRow.Plan plan) {
    return new IssuePlan(
        csr.subject().der(),
        csr.spki(),
        csr.sans(),
        csr.ekus(),
        template.keyUsage(csr),
        csr.sid(),
        template.name(),
        new BigInteger(plan.serial(), 16),
        new Validity(plan.notBefore(), plan.notAfter()),
        PublicUrls.of(plan.publicUrl(), caId, Tier.ISSUING));
  }

  private String hash(IssuePlan plan) {
    String text =
        String.join(
            "\n",
            issuer.parsed().sha256(),
            HexFormat.of().formatHex(plan.subject()),
            HexFormat.of().formatHex(plan.spki()),
            plan.sans().toString(),
            plan.ekus().toString(),
            new TreeSet<>(plan.keyUsage()).toString(),
            String.valueOf(plan.sid()),
            String.valueOf(plan.templateName()),
            ParsedCertificate.serialHex(plan.serial()),
            plan.validity().toString(),
            plan.publication().toString());
    return Digests.sha256Hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
