package io.certferry.gateway.policy;

import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsVerifier;
import io.certferry.contracts.grant.UntrustedSignatureException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether the grant is signed and speaks of this command. Pure. */
final class GrantCheck {

  private static final String PKCS = "pkcs";

  private final JwsVerifier keys;

  GrantCheck(JwsVerifier keys) {
    this.keys = keys;
  }

  /** Either the grant or why not. */
  Checked<Grant> check(SubmitCsr command, String tenant, boolean submittedBefore, Instant now) {
    try {
      Grant grant = keys.grant(command.grant());
      String mismatch = mismatch(grant, command, tenant);
      if (mismatch != null) {
        return new Checked.Refused<>(Refusal.grant(mismatch));
      }
      return judgeTime(grant, submittedBefore, now);
    } catch (UntrustedSignatureException e) {
      return new Checked.Refused<>(Refusal.grant("the grant: " + e.getMessage()));
    }
  }

  private static @Nullable String mismatch(Grant grant, SubmitCsr command, String tenant) {
    if (!PKCS.equals(grant.kind()) || grant.certificate() == null) {
      return "the grant is for no certificate";
    }
    if (!grant.requestId().equals(command.requestId())) {
      return "the grant is for another requestId";
    }
    if (!grant.naturalKey().equals(command.naturalKey())) {
      return "the grant is for another naturalKey";
    }
    if (!grant.naturalKey().tenant().equals(tenant)) {
      return "the grant is for another tenant";
    }
    return grant.certificate().caId().equals(command.caId())
        ? null
        : "the grant is for another caId";
  }

  /** What was submitted in time stays valid: a CA may already have issued. */
  private static Checked<Grant> judgeTime(Grant grant, boolean submittedBefore, Instant now) {
    if (submittedBefore) {
      return new Checked.Accepted<>(grant);
    }
    if (grant.issuedAt().isAfter(now.plus(CommandCheck.SKEW))) {
      return new Checked.Refused<>(Refusal.grant("the grant is from the future"));
    }
    return now.isBefore(grant.expiresAt())
        ? new Checked.Accepted<>(grant)
        : new Checked.Refused<>(
            new Refusal(Refusal.GRANT_EXPIRED, "the grant expired at " + grant.expiresAt()));
  }
}
