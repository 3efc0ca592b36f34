package io.certferry.issuance.request;

import io.certferry.contracts.event.RequestState;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The owner of each state: which stage acts next, how soon, and when the request counts as stuck.
 */
@Singleton
class Schedule {

  private final RequestConfig config;
  private final RetentionConfig retention;

  Schedule(RequestConfig config, RetentionConfig retention) {
    this.config = config;
    this.retention = retention;
  }

  /**
   * @param stage null when somebody outside this service acts next
   * @param pause how long the stage leaves the request alone
   */
  record Turn(@Nullable Stage stage, Duration pause) {}

  Turn after(RequestState state) {
    return switch (state) {
      case SUBMITTING, UNKNOWN_AT_CA -> new Turn(Stage.WATCH, config.resendAfter());
      case PENDING_AT_CA -> new Turn(Stage.WATCH, config.queryAfter());
      case ISSUED, PACKAGED -> new Turn(Stage.PACKAGE, Duration.ZERO);
      case INSTALLED -> new Turn(Stage.DESTROY, retention.afterInstall());
      case DENIED, FAILED, QUARANTINED, CANCELLED, SUPERSEDED, REVOKING, REVOKED ->
          new Turn(Stage.DESTROY, Duration.ZERO);
      case ACCEPTED, KEYED, OFFERED, KEY_DESTROYED -> new Turn(null, Duration.ZERO);
    };
  }

  @Nullable Duration deadline(RequestState state) {
    return config.deadline().get(state);
  }

  /** Pause before the {@code tries}-th try is followed by another. */
  Duration pause(Duration first, int tries) {
    Duration longest = config.resendAtMost();
    Duration pause = first.multipliedBy(1L << Math.min(Math.max(tries - 1, 0), 20));
    return pause.compareTo(longest) > 0 ? longest : pause;
  }
}
