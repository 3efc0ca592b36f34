package io.certferry.issuance.packaging;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.issuance.grant.CertificatePlans;
import io.certferry.issuance.grant.GrantCheck;
import io.certferry.issuance.grant.GrantVerdict;
import io.certferry.issuance.key.DayKeys;
import io.certferry.issuance.key.KekUnavailableException;
import io.certferry.issuance.key.KeyContexts;
import io.certferry.issuance.packaging.PackageClaim.Material;
import io.certferry.issuance.packaging.PackageOutcome.Failed;
import io.certferry.issuance.packaging.PackageOutcome.Offered;
import io.certferry.issuance.packaging.PackageOutcome.Quarantined;
import io.certferry.issuance.packaging.PackageOutcome.Refused;
import io.certferry.issuance.request.RequestRow;
import io.certferry.messaging.EventIds;
import io.certferry.packaging.DevicePackages;
import io.certferry.packaging.DevicePackages.Built;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.IssuedCertificateCheck;
import io.certferry.pki.certificate.Mismatch;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.SecretBytes;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Checks one certificate against its grant and packages it; no transaction is open. */
@Singleton
class PackageWork {

  private static final Logger LOG = Logger.getLogger(PackageWork.class);
  private static final int LONGEST_DETAIL = 500;

  private final GrantCheck grants;
  private final CaTrust caTrust;
  private final DayKeys dayKeys;
  private final InstantSource clock;

  PackageWork(GrantCheck grants, CaTrust caTrust, DayKeys dayKeys, InstantSource clock) {
    this.grants = grants;
    this.caTrust = caTrust;
    this.dayKeys = dayKeys;
    this.clock = clock;
  }

  PackageOutcome work(PackageClaim claim) {
    try {
      return claim.row().kind().equals(RequestRow.TRUSTED_ROOT) ? roots(claim) : certificate(claim);
    } catch (PkiException | KekUnavailableException e) {
      LOG.warnf(
          "event=packaging-failed tenant=%s requestId=%s error=%s",
          claim.row().naturalKey().tenant(), claim.row().requestId(), e.getMessage());
      return new Failed(claim);
    }
  }

  /** Roots: no CA takes part, the grant names them. */
  private PackageOutcome roots(PackageClaim claim) {
    RequestRow row = claim.row();
    GrantVerdict verdict =
        grants.check(
            claim.deliveryGrantJws(),
            row.requestId(),
            row.naturalKey(),
            row.kind(),
            claim.deviceCertificate());
    if (verdict instanceof GrantVerdict.Trusted trusted) {
      return new Offered(
          claim,
          trusted.grant(),
          DevicePackages.roots(EventIds.next(), trusted.grant(), claim.deviceCertificate()),
          null);
    }
    return verdict instanceof GrantVerdict.Refused refused
        ? new Refused(claim, refused.reason(), refused.detail())
        : new PackageOutcome.Expired(claim);
  }

  private PackageOutcome certificate(PackageClaim claim) {
    Material material = claim.material();
    Optional<Grant> grant = grants.again(claim.grantJws());
    Optional<Grant> delivery =
        claim.deliveryGrantJws().equals(claim.grantJws())
            ? grant
            : grants.again(claim.deliveryGrantJws());
    CertificatePlan plan = grant.map(Grant::certificate).orElse(null);
    if (material == null || plan == null || delivery.isEmpty()) {
      // The verification keys may be in the middle of a change: people have to look, nothing is
      // lost.
      LOG.errorf("event=material-incomplete requestId=%s", claim.row().requestId());
      return new Failed(claim);
    }
    return certificate(claim, material, grant.get(), plan, delivery.get());
  }

  private PackageOutcome certificate(
      PackageClaim claim, Material material, Grant grant, CertificatePlan plan, Grant delivery) {
    if (!material.caId().equals(plan.caId())) {
      return new Quarantined(claim, "wrong-ca", "another CA answered than the grant names", true);
    }
    CaChain chain;
    try {
      chain = caTrust.trusted(material.caId(), grant, material.chain(), material.chainSha256());
    } catch (UntrustedChainException e) {
      return new Quarantined(claim, "mismatch-chain", String.valueOf(e.getMessage()), true);
    }
    List<Mismatch> mismatches =
        IssuedCertificateCheck.check(
            material.certificate(),
            chain.certificates(),
            CertificatePlans.expected(
                plan, material.spki(), chain.certificates(), clock.instant()));
    if (!mismatches.isEmpty()) {
      return new Quarantined(
          claim, "mismatch-" + slug(mismatches.get(0).field()), detail(mismatches), true);
    }
    return new Offered(
        claim,
        delivery,
        build(claim.row(), material, delivery, claim.deviceCertificate(), chain),
        facts(material));
  }

  /** Opens the key for as long as the package takes. */
  private Built build(
      RequestRow row, Material material, Grant delivery, byte[] deviceCertificate, CaChain chain) {
    try (SecretBytes pkcs8 =
        dayKeys.open(material.sealed(), KeyContexts.ofRequest(row.naturalKey(), material.spki()))) {
      return DevicePackages.identity(
          EventIds.next(),
          delivery,
          deviceCertificate,
          pkcs8,
          material.certificate(),
          chain.intermediates(),
          chain.certificates());
    }
  }

  /** A package of a certificate that was checked before, for another device key. */
  Built again(RequestRow row, Material material, Grant delivery, byte[] deviceCertificate) {
    return build(row, material, delivery, deviceCertificate, CaChain.of(material.chain()));
  }

  static CertificateFacts facts(Material material) {
    ParsedCertificate certificate = Certificates.parse(material.certificate());
    return new CertificateFacts(
        material.caId(),
        certificate.issuer().toRfc4514(),
        certificate.serialHex(),
        certificate.subject().toRfc4514(),
        certificate.notBefore(),
        certificate.notAfter(),
        material.sha256(),
        certificate.spkiSha256());
  }

  private static String detail(List<Mismatch> mismatches) {
    String all =
        mismatches.stream()
            .map(m -> m.field() + ": expected " + m.expected() + ", found " + m.actual())
            .collect(Collectors.joining("; "));
    return all.length() > LONGEST_DETAIL ? all.substring(0, LONGEST_DETAIL) : all;
  }

  /** {@code subjectAltNames} becomes {@code subject-alt-names}. */
  private static String slug(String field) {
    return field.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
  }
}
