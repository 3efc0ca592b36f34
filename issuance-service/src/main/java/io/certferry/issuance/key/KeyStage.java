package io.certferry.issuance.key;

import io.certferry.contracts.grant.Grant;
import io.certferry.issuance.grant.CertificatePlans;
import io.certferry.issuance.grant.GrantCheck;
import io.certferry.issuance.grant.GrantVerdict;
import io.certferry.issuance.grant.GrantVerdict.Expired;
import io.certferry.issuance.grant.GrantVerdict.Refused;
import io.certferry.issuance.grant.GrantVerdict.Trusted;
import io.certferry.issuance.request.RequestConfig;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Stage;
import io.certferry.issuance.request.StageConfig;
import io.certferry.issuance.request.Stages;
import io.certferry.issuance.request.WorkBudget;
import io.certferry.messaging.WorkLoop;
import io.certferry.pki.PkiException;
import io.certferry.pki.key.KeySpec;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * From an accepted request to a key pair and a command to its CA; several threads and instances
 * compete for the rows.
 */
@Singleton
public class KeyStage {

  private static final Logger LOG = Logger.getLogger(KeyStage.class);

  private static final String CLAIM =
      RequestStore.claimWith(
          ", g.grant_jws, g.device_certificate, k.day_key, k.wrapped, k.spki, k.csr",
          "join request_grant g using (request_id) left join request_key k using (request_id)");

  private final RequestStore requests;
  private final GrantCheck grants;
  private final DayKeys dayKeys;
  private final KeyPool keyPool;
  private final KeyWork work;
  private final KeyCommit commit;
  private final StageConfig.Loop config;
  private final WorkBudget budget;
  private final Duration lease;
  private volatile long lastWork = System.nanoTime();

  KeyStage(
      RequestStore requests,
      GrantCheck grants,
      DayKeys dayKeys,
      KeyPool keyPool,
      KeyWork work,
      KeyCommit commit,
      StageConfig config,
      RequestConfig requestConfig) {
    this.requests = requests;
    this.grants = grants;
    this.dayKeys = dayKeys;
    this.keyPool = keyPool;
    this.work = work;
    this.commit = commit;
    this.config = config.key();
    this.budget = new WorkBudget(this.config);
    this.lease = requestConfig.lease();
  }

  void start(@Observes StartupEvent event, Stages stages) {
    if (config.enabled()) {
      stages.run(
          Stage.KEY,
          new WorkLoop("key-stage", config.threads(), config.pollInterval(), this::step));
    }
  }

  /**
   * Claims some rows and works on them; blocks.
   *
   * @return how many
   */
  int step() {
    dayKeys.require();
    List<KeyClaim> claims = requests.claim(CLAIM, Stage.KEY, budget.rows(), KeyClaim::of);
    if (!claims.isEmpty()) {
      lastWork = System.nanoTime();
      commit.commit(work(claims));
      lastWork = System.nanoTime();
    }
    return claims.size();
  }

  /** Whether nothing was claimed for this long. */
  boolean idleFor(Duration duration) {
    return System.nanoTime() - lastWork > duration.toNanos();
  }

  private record Judged(KeyClaim claim, GrantVerdict verdict) {}

  private List<KeyOutcome> work(List<KeyClaim> claims) {
    List<Judged> judged = claims.stream().map(this::judge).toList();
    Map<KeySpec, Deque<KeyPool.Pooled>> pooled = reserve(judged);
    return budget.spend(
        judged,
        next -> outcome(next.claim(), next.verdict(), pooled),
        next -> new KeyOutcome.Unworked(next.claim()));
  }

  private Judged judge(KeyClaim claim) {
    RequestRow row = claim.row();
    return new Judged(
        claim,
        grants.check(
            claim.grantJws(),
            row.requestId(),
            row.naturalKey(),
            row.kind(),
            claim.deviceCertificate()));
  }

  private KeyOutcome outcome(
      KeyClaim claim, GrantVerdict verdict, Map<KeySpec, Deque<KeyPool.Pooled>> pooled) {
    if (verdict instanceof Refused refused) {
      LOG.warnf(
          "event=grant-refused tenant=%s requestId=%s reason=%s",
          claim.row().naturalKey().tenant(), claim.row().requestId(), refused.reason());
      return new KeyOutcome.Refused(claim, refused.reason(), refused.detail());
    }
    Grant grant =
        verdict instanceof Trusted trusted ? trusted.grant() : ((Expired) verdict).grant();
    try {
      Deque<KeyPool.Pooled> keys = pooled.get(spec(grant));
      return work.make(claim, grant, keys == null ? null : keys.poll(), verdict instanceof Trusted);
    } catch (PkiException | KekUnavailableException e) {
      LOG.warnf(
          "event=key-failed tenant=%s requestId=%s error=%s",
          claim.row().naturalKey().tenant(), claim.row().requestId(), e.getMessage());
      return new KeyOutcome.Failed(claim);
    }
  }

  private Map<KeySpec, Deque<KeyPool.Pooled>> reserve(List<Judged> judged) {
    Map<KeySpec, Integer> wanted = new HashMap<>();
    for (Judged next : judged) {
      if (next.verdict() instanceof Trusted trusted && next.claim().existing() == null) {
        wanted.merge(spec(trusted.grant()), 1, Integer::sum);
      }
    }
    Map<KeySpec, Deque<KeyPool.Pooled>> reserved = new HashMap<>();
    wanted.forEach(
        (spec, count) -> reserved.put(spec, new ArrayDeque<>(keyPool.reserve(spec, count, lease))));
    return reserved;
  }

  private static KeySpec spec(Grant grant) {
    return CertificatePlans.keySpec(Objects.requireNonNull(grant.certificate()));
  }
}
