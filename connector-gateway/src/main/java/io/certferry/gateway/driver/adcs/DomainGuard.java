package io.certferry.gateway.driver.adcs;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.directory.AccountCheck;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.pki.certificate.CertificateRequests;
import java.util.Optional;

/**
 * What the directory must say before the CA hears of a request: that the CA is an Enterprise CA,
 * and that names and SID are one account's.
 *
 * @param policies from the directory
 */
record DomainGuard(PolicyCache policies, AccountCheck accounts, PinnedChain chain) {

  Optional<SubmitOutcome> refusal(Bytes csr) {
    Optional<Fault> fault = unproven();
    if (fault.isPresent()) {
      return Optional.of(
          fault.get() == Fault.NOT_ENTERPRISE
              ? Answers.configuration(fault.get())
              : new SubmitOutcome.Retryable(fault.get().code()));
    }
    return accounts.refusal(CertificateRequests.parse(csr.toArray()));
  }

  /** Why it is not certain that the pinned CA is an Enterprise CA of this forest. */
  Optional<Fault> unproven() {
    EnrolmentPolicy policy = policies.current();
    if (policy == null) {
      return Optional.of(policies.fault());
    }
    return policy.authority(chain.certificates().get(0)).isPresent()
        ? Optional.empty()
        : Optional.of(policies.absence());
  }
}
