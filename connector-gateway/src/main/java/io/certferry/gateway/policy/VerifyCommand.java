package io.certferry.gateway.policy;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.pki.Digests;
import io.certferry.pki.certificate.ParsedCsr;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that must hold before a CA hears of a command. CPU work: worker threads, no
 * transaction open.
 */
@ApplicationScoped
public class VerifyCommand {

  private final CommandCheck commands;
  private final GrantCheck grants;
  private final LocalPolicies policies;
  private final InstantSource clock;

  VerifyCommand(VerificationKeys keys, LocalPolicies policies, InstantSource clock) {
    this.commands = new CommandCheck(keys.commands());
    this.grants = new GrantCheck(keys.grants());
    this.policies = policies;
    this.clock = clock;
  }

  /** Whether the sender vouched for the command; enough for queries and revocations. */
  public Optional<Refusal> authorization(CaCommand command, String tenant, Instant receivedAt) {
    return commands.check(command, tenant, receivedAt);
  }

  /**
   * Whether this CSR may be submitted, for the first time or again.
   *
   * @param submittedBefore the grant's expiry no longer matters: it was in time when it did
   */
  public Checked<VerifiedSubmission> submission(
      SubmitCsr command, String tenant, Instant receivedAt, boolean submittedBefore) {
    Optional<Refusal> unauthorized = commands.check(command, tenant, receivedAt);
    return unauthorized.isPresent()
        ? new Checked.Refused<>(unauthorized.get())
        : grants
            .check(command, tenant, submittedBefore, clock.instant())
            .then(grant -> matched(grant, command));
  }

  private Checked<VerifiedSubmission> matched(Grant grant, SubmitCsr command) {
    CertificatePlan plan = Objects.requireNonNull(grant.certificate());
    return CsrCheck.check(command.csr().toArray(), plan)
        .then(csr -> allowed(grant, plan, command, csr));
  }

  private Checked<VerifiedSubmission> allowed(
      Grant grant, CertificatePlan plan, SubmitCsr command, ParsedCsr csr) {
    Optional<Refusal> refusal = policies.of(command.caId()).check(grant, plan);
    return refusal.isPresent()
        ? new Checked.Refused<>(refusal.get())
        : new Checked.Accepted<>(verified(grant, plan, command, csr));
  }

  private VerifiedSubmission verified(
      Grant grant, CertificatePlan plan, SubmitCsr command, ParsedCsr csr) {
    return new VerifiedSubmission(
        command.requestId(),
        command.naturalKey(),
        grant.profileVersion(),
        plan.template(),
        plan.validitySeconds(),
        command.csr(),
        Digests.sha256Hex(command.csr().toArray()),
        Bytes.of(csr.spki()),
        Digests.sha256Hex(csr.spki()),
        policies.version(command.caId()));
  }
}
