package io.certferry.gateway.auditor;

import io.certferry.gateway.auditor.LedgerView.Known;
import io.certferry.gateway.auditor.LedgerView.Owner;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is wrong with a CA's list, by our ledger.
 *
 * @param known what we know of the listed certificates
 * @param owners of keys, by SHA-256
 */
record ListJudgement(Map<CertificateName, Known> known, Map<String, Owner> owners) {

  List<Finding> of(List<Listed> listed) {
    return listed.stream().flatMap(entry -> of(entry).stream()).toList();
  }

  private Optional<Finding> of(Listed listed) {
    Known ours = known.get(listed.name());
    return ours == null ? unknown(listed) : compared(listed, ours);
  }

  private static Optional<Finding> compared(Listed listed, Known ours) {
    if (!ours.sha256().equals(listed.parsed().sha256())) {
      return finding(FindingKind.DIFFERENT, listed, ours);
    }
    if (listed.revoked() && !ours.revoked() && !ours.beingRevoked()) {
      return finding(FindingKind.REVOKED_ELSEWHERE, listed, ours);
    }
    return ours.revoked() && !listed.revoked()
        ? finding(FindingKind.STILL_VALID, listed, ours)
        : Optional.empty();
  }

  private static Optional<Finding> finding(FindingKind kind, Listed listed, Known ours) {
    return Optional.of(Finding.of(kind, listed, ours.tenant(), ours.requestId()));
  }

  private Optional<Finding> unknown(Listed listed) {
    Owner owner = owners.get(listed.parsed().spkiSha256());
    if (owner == null) {
      return Optional.of(Finding.of(FindingKind.UNEXPLAINED, listed, null, null));
    }
    if (listed.revoked()) {
      return Optional.empty();
    }
    FindingKind kind = owner.open() ? FindingKind.ORPHAN : FindingKind.EXTRA;
    return Optional.of(Finding.of(kind, listed, owner.tenant(), owner.requestId()));
  }
}
