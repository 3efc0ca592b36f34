package io.certferry.revocation.evidence;

import io.certferry.contracts.event.RevocationProgressed.Evidence;
import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.order.CaRegister;
import io.certferry.revocation.order.Revocation;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Looks at the CAs' own lists until every accepted revocation is shown there. One fetch serves all
 * rows that wait for a CA, and after a list that was long to fetch it rests ten times as long.
 * Nothing that is not signed, fresh and complete ever ends a revocation.
 */
@Singleton
public class ListWatch {

  private static final Logger LOG = Logger.getLogger(ListWatch.class);
  private static final int BATCH = 1_000;
  private static final int QUESTIONS = 50;
  private static final int REST_PER_WORK = 10;
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AFTER_PROBLEM = Duration.ofSeconds(10);

  private final CaStatusStore store;
  private final CrlCheck crls;
  private final OcspCheck responders;
  private final CaConfig cas;
  private final CaRegister register;
  private final FetchConfig config;
  private final WorkLoop loop;
  private final Map<String, Duration> lastTook = new ConcurrentHashMap<>();

  ListWatch(
      CaStatusStore store,
      CrlCheck crls,
      OcspCheck responders,
      CaConfig cas,
      CaRegister register,
      FetchConfig config) {
    this.store = store;
    this.crls = crls;
    this.responders = responders;
    this.cas = cas;
    this.register = register;
    this.config = config;
    this.loop = new WorkLoop("list-watch", 1, LOOK, this::lookOnce);
  }

  void onStart(@Observes StartupEvent event) {
    if (config.enabled()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round over all CAs; returns how many revocations are done with it. */
  public int lookOnce() {
    TreeSet<String> all = new TreeSet<>(store.awaitedCas());
    cas.cas().keySet().stream().filter(register::hasList).forEach(all::add);
    return all.stream().mapToInt(this::look).sum();
  }

  private int look(String caId) {
    CaConfig.Ca ca = cas.cas().get(caId);
    if (ca == null || !register.hasList(caId)) {
      store.withoutList(caId);
      return 0;
    }
    return store
        .claim(caId, pause(caId), config.watchInterval())
        .map(claim -> look(claim, ca))
        .orElse(0);
  }

  private Duration pause(String caId) {
    Duration rest = lastTook.getOrDefault(caId, Duration.ZERO).multipliedBy(REST_PER_WORK);
    Duration bounded = rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
    return bounded.compareTo(config.minInterval()) > 0 ? bounded : config.minInterval();
  }

  private int look(CaStatusStore.Claim claim, CaConfig.Ca ca) {
    return ca.crlUrls().isPresent() ? lookAtCrl(claim, ca) : askResponder(claim, ca);
  }

  private int lookAtCrl(CaStatusStore.Claim claim, CaConfig.Ca ca) {
    try {
      long began = System.nanoTime();
      TrustedCrl crl = crls.fetch(ca, claim.highestNumber());
      lastTook.put(claim.caId(), Duration.ofNanos(System.nanoTime() - began));
      int done = compare(claim, crl);
      store.good(claim, crl);
      return done;
    } catch (EvidenceException e) {
      int done = ca.ocspUrls().isPresent() ? askEach(claim, ca).done() : 0;
      note(claim, e);
      return done;
    }
  }

  private void note(CaStatusStore.Claim claim, EvidenceException e) {
    LOG.warnf(
        "event=list-not-trusted caId=%s problem=%s detail=%s",
        claim.caId(), e.problem().code(), e.detail());
    store.bad(claim, e.problem().code(), e.detail());
    store.allLater(claim.caId(), AFTER_PROBLEM);
  }

  /** For a CA with a responder alone. */
  private int askResponder(CaStatusStore.Claim claim, CaConfig.Ca ca) {
    Asked asked = askEach(claim, ca);
    if (asked.trusted()) {
      store.checked(claim);
    }
    return asked.done();
  }

  /**
   * @param done revocations that are done with it
   * @param trusted whether every answer could be believed
   */
  private record Asked(int done, boolean trusted) {}

  /** One question each, so only a handful at a time. */
  private Asked askEach(CaStatusStore.Claim claim, CaConfig.Ca ca) {
    Map<UUID, Evidence> found = new HashMap<>();
    List<UUID> notYet = new ArrayList<>();
    boolean trusted = true;
    for (Revocation revocation : store.waiting(claim, QUESTIONS)) {
      try {
        responders
            .ask(ca, String.valueOf(revocation.serial()))
            .ifPresentOrElse(
                evidence -> found.put(revocation.id(), evidence),
                () -> notYet.add(revocation.id()));
      } catch (EvidenceException e) {
        LOG.warnf(
            "event=responder-not-trusted caId=%s problem=%s detail=%s",
            claim.caId(), e.problem().code(), e.detail());
        store.bad(claim, e.problem().code(), e.detail());
        notYet.add(revocation.id());
        trusted = false;
        break;
      }
    }
    store.listed(found);
    store.later(notYet, config.longestRecheck());
    return new Asked(found.size(), trusted);
  }

  private int compare(CaStatusStore.Claim claim, TrustedCrl crl) {
    int done = 0;
    List<Revocation> waiting = store.waiting(claim, BATCH);
    while (!waiting.isEmpty()) {
      done += compare(waiting, crl);
      waiting = waiting.size() < BATCH ? List.of() : store.waiting(claim, BATCH);
    }
    return done;
  }

  private int compare(List<Revocation> waiting, TrustedCrl crl) {
    Map<UUID, Evidence> found = new HashMap<>();
    List<UUID> expired = new ArrayList<>();
    List<UUID> notYet = new ArrayList<>();
    for (Revocation revocation : waiting) {
      String serial = String.valueOf(revocation.serial());
      var evidence = crl.evidenceOf(serial);
      if (evidence.isPresent()) {
        found.put(revocation.id(), evidence.get());
      } else if (isExpired(revocation, crl.crl().thisUpdate())) {
        expired.add(revocation.id());
      } else {
        notYet.add(revocation.id());
      }
    }
    store.listed(found);
    store.expired(expired);
    store.later(notYet, config.longestRecheck());
    return found.size() + expired.size();
  }

  /** A CA may drop what has expired from its list (RFC 5280 section 5.3). */
  private static boolean isExpired(Revocation revocation, Instant thisUpdate) {
    Instant notAfter = revocation.notAfter();
    return notAfter != null && notAfter.isBefore(thisUpdate);
  }
}
