package io.certferry.gateway.attempt;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.SearchOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an unknown outcome (DESIGN section 4, step 5): what is found is adopted, one of
 * several deterministically and the rest revoked; the same CSR goes again only when absence is
 * proven, and absence counts only if the CA was asked late enough; where the CA cannot be searched
 * it goes again too, and is marked. Pure.
 */
final class Reconciliation {

  private static final Comparator<HeldCertificate> OLDEST_FIRST =
      Comparator.comparing((HeldCertificate held) -> held.parsed().notBefore())
          .thenComparing(held -> held.parsed().serial());

  private final Verdicts verdicts;

  Reconciliation(Verdicts verdicts) {
    this.verdicts = verdicts;
  }

  /**
   * What the CA's ledger said.
   *
   * @param byRequestId null if the CA cannot be searched so
   * @param byPublicKey null if the CA cannot be searched so
   * @param askedAt when the search began, by the connector's clock
   */
  record Searches(
      @Nullable SearchOutcome byRequestId, @Nullable SearchOutcome byPublicKey, Instant askedAt) {

    private List<SearchOutcome> made() {
      List<SearchOutcome> outcomes = new ArrayList<>();
      if (byRequestId != null) {
        outcomes.add(byRequestId);
      }
      if (byPublicKey != null) {
        outcomes.add(byPublicKey);
      }
      return outcomes;
    }

    private boolean cannotTell() {
      return made().stream().anyMatch(SearchOutcome.CannotTell.class::isInstance);
    }

    private List<Bytes> chain() {
      return found().map(SearchOutcome.Found::chain).findFirst().orElse(List.of());
    }

    private java.util.stream.Stream<SearchOutcome.Found> found() {
      return made().stream()
          .filter(SearchOutcome.Found.class::isInstance)
          .map(SearchOutcome.Found.class::cast);
    }

    /** How much older than the question the answer is. */
    private Duration staleness() {
      return made().stream()
          .filter(SearchOutcome.AbsentAsOf.class::isInstance)
          .map(outcome -> Duration.between(((SearchOutcome.AbsentAsOf) outcome).asOf(), askedAt))
          .filter(age -> !age.isNegative())
          .max(Comparator.naturalOrder())
          .orElse(Duration.ZERO);
    }
  }

  /** The entries of a CA's ledger, sorted out. */
  private static final class Findings {
    final List<HeldCertificate> ours = new ArrayList<>();
    final List<HeldCertificate> strays = new ArrayList<>();
    @Nullable FoundRequest pending;
    @Nullable FoundRequest denied;
    @Nullable FoundRequest revoked;
    boolean unreadable;
  }

  Verdict judge(Submitted request, Searches searches) {
    if (searches.made().isEmpty()) {
      return unsearchable(request);
    }
    Findings findings = sort(request, searches);
    if (!findings.ours.isEmpty()) {
      return adopt(request, findings, searches.chain());
    }
    if (findings.unreadable || searches.cannotTell()) {
      return verdicts.lookLater(request);
    }
    return withoutCertificate(request, findings, searches);
  }

  private Verdict adopt(Submitted request, Findings findings, List<Bytes> chain) {
    List<HeldCertificate> sorted = findings.ours.stream().sorted(OLDEST_FIRST).toList();
    return verdicts.keep(
        request, sorted.get(0), chain, true, sorted.subList(1, sorted.size()), findings.strays);
  }

  private Verdict withoutCertificate(Submitted request, Findings findings, Searches searches) {
    if (findings.pending != null && findings.pending.caRequestId() != null) {
      return verdicts.pending(request, findings.pending.caRequestId());
    }
    if (findings.revoked != null) {
      return verdicts.deniedByCa(request, "revoked", "issued, and revoked at the CA since");
    }
    if (findings.denied != null) {
      return verdicts.deniedByCa(request, "denied", findings.denied.detail());
    }
    return absent(request, findings, searches);
  }

  /** By the database's clock: the row was claimed before the CA was asked. */
  private Verdict absent(Submitted request, Findings findings, Searches searches) {
    Instant asOf = request.claimed().claimedAt().minus(searches.staleness());
    Optional<Duration> early = tooEarly(request, asOf);
    return early.isPresent()
        ? verdicts.lookAfter(request, early.get())
        : verdicts.resubmit(request, false, findings.strays);
  }

  private Verdict unsearchable(Submitted request) {
    Optional<Duration> early = tooEarly(request, request.claimed().claimedAt());
    return early.isPresent()
        ? verdicts.lookAfter(request, early.get())
        : verdicts.resubmit(request, true, List.of());
  }

  private static Optional<Duration> tooEarly(Submitted request, Instant asOf) {
    Instant from = request.claimed().absenceCountsFrom();
    return from == null || asOf.isAfter(from)
        ? Optional.empty()
        : Optional.of(Duration.between(asOf, from).plusMillis(1));
  }

  private static Findings sort(Submitted request, Searches searches) {
    Findings findings = new Findings();
    Map<String, HeldCertificate> ours = new LinkedHashMap<>();
    searches
        .found()
        .flatMap(found -> found.entries().stream())
        .forEach(entry -> sort(request, entry, findings, ours));
    findings.ours.addAll(ours.values());
    return findings;
  }

  private static void sort(
      Submitted request, FoundRequest entry, Findings findings, Map<String, HeldCertificate> ours) {
    switch (entry.status()) {
      case PENDING -> findings.pending = entry;
      case DENIED -> findings.denied = entry;
      case REVOKED -> revoked(request, entry, findings);
      case ISSUED -> issued(request, entry, findings, ours);
    }
  }

  /** A stray that we revoked says nothing about ours. */
  private static void revoked(Submitted request, FoundRequest entry, Findings findings) {
    boolean stray = held(entry).map(held -> !held.hasKey(request.spkiSha256())).orElse(false);
    if (!stray) {
      findings.revoked = entry;
    }
  }

  private static void issued(
      Submitted request, FoundRequest entry, Findings findings, Map<String, HeldCertificate> ours) {
    Optional<HeldCertificate> held = held(entry);
    if (held.isEmpty()) {
      findings.unreadable = true;
    } else if (held.get().hasKey(request.spkiSha256())) {
      ours.put(held.get().parsed().sha256(), held.get());
    } else {
      findings.strays.add(held.get());
    }
  }

  private static Optional<HeldCertificate> held(FoundRequest entry) {
    return entry.certificate() == null
        ? Optional.empty()
        : HeldCertificate.of(entry.certificate(), entry.caRequestId());
  }
}
