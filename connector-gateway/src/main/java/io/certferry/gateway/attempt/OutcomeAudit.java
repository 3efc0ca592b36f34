package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaResult;
import io.certferry.gateway.registry.ConnectorIdentity;
import io.certferry.messaging.AuditEntry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an auditor will want to know of an outcome. */
@Singleton
class OutcomeAudit {

  private final String actor;

  OutcomeAudit(ConnectorIdentity identity) {
    this.actor = "connector/" + identity.id();
  }

  List<AuditEntry> of(Recorded recorded) {
    List<AuditEntry> entries = new ArrayList<>();
    action(recorded).map(action -> entry(recorded, action)).ifPresent(entries::add);
    recorded.verdict().extras().forEach(c -> entries.add(surplus(recorded, c)));
    recorded.verdict().strays().forEach(c -> entries.add(surplus(recorded, c)));
    return entries;
  }

  private static Optional<String> action(Recorded recorded) {
    CaResult result = recorded.verdict().result();
    if (result instanceof CaResult.CertificateIssued issued) {
      return Optional.of(issued.adopted() ? "certificate.adopted" : "certificate.issued");
    }
    if (result instanceof CaResult.CertificateDenied) {
      return Optional.of("certificate.denied");
    }
    if (result instanceof CaResult.CertificateRevoked) {
      return Optional.of("certificate.revoked");
    }
    return result instanceof CaResult.RevocationRefused
        ? Optional.of("revocation.refused")
        : Optional.empty();
  }

  private AuditEntry entry(Recorded recorded, String action) {
    Map<String, String> facts = facts(recorded, recorded.verdict().kept());
    if (recorded.policyVersion() != null) {
      facts.put("policy", recorded.policyVersion());
    }
    CaResult result = recorded.verdict().result();
    if (result instanceof CaResult.CertificateDenied denied) {
      facts.put("code", denied.code());
      facts.put("message", denied.message());
    } else if (result instanceof CaResult.CertificateRevoked revoked) {
      facts.put("serial", revoked.serial());
      facts.put("issuer", revoked.issuer());
    } else if (result instanceof CaResult.RevocationRefused refused) {
      facts.put("serial", refused.serial());
      facts.put("code", refused.code());
    }
    return entry(recorded, action, facts);
  }

  private AuditEntry surplus(Recorded recorded, HeldCertificate certificate) {
    return entry(recorded, "certificate.extra-found", facts(recorded, certificate));
  }

  private AuditEntry entry(Recorded recorded, String action, Map<String, String> facts) {
    return new AuditEntry(
        recorded.claimed().tenant(),
        action,
        actor,
        "request/" + recorded.claimed().command().requestId(),
        facts);
  }

  private static Map<String, String> facts(
      Recorded recorded, @Nullable HeldCertificate certificate) {
    Map<String, String> facts = new HashMap<>();
    facts.put("caId", recorded.claimed().caId());
    facts.put("attempt", Integer.toString(recorded.attempt()));
    if (certificate != null) {
      facts.put("issuer", certificate.issuer());
      facts.put("serial", certificate.parsed().serialHex());
      facts.put("sha256", certificate.parsed().sha256());
      facts.put("notAfter", certificate.parsed().notAfter().toString());
    }
    return facts;
  }
}
