package io.certferry.issuance.key;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.metric.IssuanceMetrics;
import io.certferry.issuance.grant.CertificatePlans;
import io.certferry.issuance.grant.CommandSigner;
import io.certferry.issuance.key.KeyClaim.ExistingKey;
import io.certferry.issuance.key.KeyOutcome.Made;
import io.certferry.issuance.request.RequestConfig;
import io.certferry.messaging.Meters;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.CsrPlan;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SecretBytes;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes one request's key, CSR and command; computes only, no transaction is open. */
@Singleton
class KeyWork {

  private final DayKeys dayKeys;
  private final CommandSigner commands;
  private final RequestConfig config;
  private final MeterRegistry metrics;

  KeyWork(DayKeys dayKeys, CommandSigner commands, RequestConfig config, MeterRegistry metrics) {
    this.dayKeys = dayKeys;
    this.commands = commands;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * @param pooled a reserved key to use; null makes one
   * @param sendable whether a connector would take the grant now
   */
  Made make(KeyClaim claim, Grant grant, KeyPool.@Nullable Pooled pooled, boolean sendable) {
    CertificatePlan plan = plan(grant);
    ExistingKey existing = usable(claim.existing(), plan);
    Made made;
    if (existing != null) {
      made = reuse(claim, grant, existing);
    } else if (pooled != null) {
      made = fromPool(claim, grant, pooled);
    } else {
      made = fresh(claim, grant);
    }
    return sendable ? made.sendable(authorization(claim, plan, made.csr())) : made;
  }

  private String authorization(KeyClaim claim, CertificatePlan plan, byte[] csr) {
    return commands.submit(
        claim.row().requestId(),
        claim.row().naturalKey().tenant(),
        plan.caId(),
        claim.grantJws(),
        csr,
        config.authorizationLifetime());
  }

  private Made fresh(KeyClaim claim, Grant grant) {
    try (GeneratedKey key = KeyPairs.generate(CertificatePlans.keySpec(plan(grant)))) {
      count(grant, "generated");
      return sealed(claim, grant, key.spki(), key.pkcs8(), null);
    }
  }

  private Made fromPool(KeyClaim claim, Grant grant, KeyPool.Pooled pooled) {
    try (SecretBytes pkcs8 =
        dayKeys.open(pooled.sealed(), KeyContexts.ofPool(pooled.id(), pooled.spki()))) {
      count(grant, "pool");
      return sealed(claim, grant, pooled.spki(), pkcs8, pooled);
    }
  }

  private Made sealed(
      KeyClaim claim,
      Grant grant,
      byte[] spki,
      SecretBytes pkcs8,
      KeyPool.@Nullable Pooled pooled) {
    byte[] csr = CertificateRequests.create(CertificatePlans.csr(plan(grant)), spki, pkcs8);
    Sealed sealed = dayKeys.seal(pkcs8, KeyContexts.ofRequest(claim.row().naturalKey(), spki));
    return new Made(claim, grant, spki, csr, sealed, pooled == null ? null : pooled.id(), null);
  }

  /**
   * The same key and, if it asks for the same, the same CSR: whatever the CA heard of was this one.
   */
  private Made reuse(KeyClaim claim, Grant grant, ExistingKey existing) {
    CsrPlan wanted = CertificatePlans.csr(plan(grant));
    byte[] csr = asksFor(existing.csr(), wanted) ? existing.csr() : resign(claim, existing, wanted);
    return new Made(claim, grant, existing.spki(), csr, null, null, null);
  }

  private byte[] resign(KeyClaim claim, ExistingKey existing, CsrPlan wanted) {
    try (SecretBytes pkcs8 =
        dayKeys.open(
            existing.sealed(), KeyContexts.ofRequest(claim.row().naturalKey(), existing.spki()))) {
      return CertificateRequests.create(wanted, existing.spki(), pkcs8);
    }
  }

  private static boolean asksFor(byte[] csr, CsrPlan wanted) {
    try {
      ParsedCsr asked = CertificateRequests.parse(csr);
      return asked.subject().equals(wanted.subject())
          && asked.sans().equals(wanted.sans())
          && asked.ekus().equals(wanted.ekus())
          && Objects.equals(asked.sid(), wanted.sid());
    } catch (PkiException unreadable) {
      return false;
    }
  }

  private static @Nullable ExistingKey usable(
      @Nullable ExistingKey existing, CertificatePlan plan) {
    if (existing == null) {
      return null;
    }
    PublicKeys.Description key = PublicKeys.describe(existing.spki());
    KeySpec spec = CertificatePlans.keySpec(plan);
    boolean same = key.algorithm().equals(spec.algorithm().name()) && key.bits() == spec.size();
    return same ? existing : null;
  }

  private static CertificatePlan plan(Grant grant) {
    return Objects.requireNonNull(grant.certificate(), "a pkcs grant has a certificate plan");
  }

  private void count(Grant grant, String source) {
    String spec = CertificatePlans.keySpec(plan(grant)).toString();
    Meters.counter(metrics, IssuanceMetrics.KEYS, spec, source).increment();
  }
}
