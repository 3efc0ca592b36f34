package io.certferry.gateway.attempt;

import io.certferry.gateway.policy.LocalPolicies;
import io.certferry.gateway.policy.RateLimit;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Holds submissions to the rate that the local policy allows a CA. The ledger counts, so that all
 * connectors and all restarts count together; it is asked once a second, and what begins in between
 * is added. Blocking.
 */
@ApplicationScoped
class SubmissionRate {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String RECENT =
      """
      select count(*) from attempt
      where ca_id = $1 and submitted_at > now() - make_interval(secs => $2)
      """;

  private final Pool pool;
  private final LocalPolicies policies;
  private final Map<String, Count> counts = new ConcurrentHashMap<>();

  SubmissionRate(Pool pool, LocalPolicies policies) {
    this.pool = pool;
    this.policies = policies;
  }

  /** What was counted, and when. */
  private record Count(long submissions, long countedAt) {

    boolean isFresh() {
      return System.nanoTime() - countedAt < FRESH_NANOS;
    }

    Count plusOne() {
      return new Count(submissions + 1, countedAt);
    }
  }

  /** Whether one more submission may begin; if so it is counted. */
  boolean takes(String caId) {
    return policies.rateLimit(caId).map(limit -> takes(caId, limit)).orElse(true);
  }

  private boolean takes(String caId, RateLimit limit) {
    Count now =
        counts.compute(
            caId, (id, old) -> old != null && old.isFresh() ? old : count(id, limit.per()));
    if (now.submissions() >= limit.certificates()) {
      return false;
    }
    counts.computeIfPresent(caId, (id, current) -> current.plusOne());
    return true;
  }

  private Count count(String caId, Duration span) {
    long submissions =
        pool.preparedQuery(RECENT)
            .execute(Tuple.of(caId, (double) span.toSeconds()))
            .await()
            .indefinitely()
            .iterator()
            .next()
            .getLong(0);
    return new Count(submissions, System.nanoTime());
  }
}
