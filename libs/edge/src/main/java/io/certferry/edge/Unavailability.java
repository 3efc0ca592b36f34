package io.certferry.edge;

import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away or busy from a fault of ours. */
final class Unavailability {

  private static final int DEEPEST = 10;
  private static final int CLASS_LENGTH = 2;

  /**
   * PostgreSQL appendix A: connection, transaction rollback, resources, object in use, operator
   * intervention, system error.
   */
  private static final Set<String> CLASSES = Set.of("08", "40", "53", "55", "57", "58");

  private Unavailability() {}

  /** Whether the same call may well succeed in a moment. */
  static boolean causes(Throwable failure) {
    Throwable error = failure;
    for (int depth = 0; error != null && depth < DEEPEST; depth++) {
      if (isUnavailable(error)) {
        return true;
      }
      error = error.getCause();
    }
    return false;
  }

  private static boolean isUnavailable(Throwable error) {
    if (error instanceof PgException pg) {
      return isTransient(pg.getSqlState());
    }
    return error instanceof IOException
        || error instanceof TimeoutException
        || error.getClass().getName().startsWith("io.vertx.core.");
  }

  private static boolean isTransient(@Nullable String sqlState) {
    return sqlState == null
        || sqlState.length() < CLASS_LENGTH
        || CLASSES.contains(sqlState.substring(0, CLASS_LENGTH));
  }

  /** One to five seconds, so that clients do not all come back at once. */
  static Duration retryAfter() {
    return Duration.ofSeconds(ThreadLocalRandom.current().nextLong(1, 6));
  }
}
