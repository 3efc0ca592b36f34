package io.certferry.gateway.auditor;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.auditor.LedgerView.Known;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.SearchKey;
import io.certferry.gateway.driver.SearchOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The comparison of one span of time, in both directions. Blocking. */
final class Slice {

  private final LedgerView ledger;
  private final CaDriver driver;
  private final String caId;

  Slice(LedgerView ledger, CaDriver driver, String caId) {
    this.ledger = ledger;
    this.driver = driver;
    this.caId = caId;
  }

  /** What a span held. */
  record Result(int listed, List<Finding> findings) {}

  Result compare(Instant from, Instant until) {
    List<Listed> listed =
        driver.listIssued(from, until).stream()
            .flatMap(entry -> Listed.of(entry).stream())
            .toList();
    List<Finding> findings = new ArrayList<>(listed.isEmpty() ? List.of() : wrong(listed));
    Set<CertificateName> names =
        listed.stream().map(Listed::name).collect(Collectors.toUnmodifiableSet());
    for (Known ours : ledger.recorded(caId, from, until)) {
      if (!names.contains(ours.name()) && isMissing(ours)) {
        findings.add(missing(ours));
      }
    }
    return new Result(listed.size(), findings);
  }

  private List<Finding> wrong(List<Listed> listed) {
    Map<CertificateName, Known> known = ledger.known(listed);
    List<Listed> unknown = listed.stream().filter(e -> !known.containsKey(e.name())).toList();
    return new ListJudgement(known, unknown.isEmpty() ? Map.of() : ledger.owners(unknown))
        .of(listed);
  }

  /** It was not listed for this span: the CA may have dated it before, so it is asked for it. */
  private boolean isMissing(Known ours) {
    SearchOutcome outcome = driver.search(key(ours));
    if (outcome instanceof SearchOutcome.Found found) {
      return found.entries().stream().noneMatch(entry -> isThat(entry, ours));
    }
    return outcome instanceof SearchOutcome.AbsentAsOf;
  }

  private static SearchKey key(Known ours) {
    return ours.caRequestId() == null
        ? new SearchKey.ByRequestId(ours.requestId())
        : new SearchKey.ByCaRequestId(ours.caRequestId());
  }

  private static boolean isThat(FoundRequest entry, Known ours) {
    return Listed.of(entry).filter(listed -> listed.name().equals(ours.name())).isPresent();
  }

  private static Finding missing(Known ours) {
    return new Finding(
        FindingKind.MISSING,
        ours.name().issuer(),
        ours.name().serial(),
        ours.tenant(),
        ours.requestId(),
        (Bytes) null,
        ours.caRequestId(),
        FindingKind.MISSING.consequence());
  }
}
