package io.certferry.gateway.attempt;

import io.vertx.pgclient.PgException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Tries a transaction again while the database is away: what a CA answered must not be dropped for
 * a moment's outage. After half a minute the failure goes on; the lease then runs out and the
 * outcome is looked up at the CA.
 */
final class Patience {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Logger log;
  private final String what;

  private Patience(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  static Patience of(Logger log, String what) {
    return new Patience(log, what);
  }

  <T> T call(Supplier<T> transaction) {
    long giveUp = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      try {
        return transaction.get();
      } catch (RuntimeException e) {
        if (isOfTheData(e) || System.nanoTime() - giveUp > 0) {
          throw e;
        }
        log.warnf("event=%s-not-written error=%s", what, e);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Data exceptions and broken constraints do not go away. */
  private static boolean isOfTheData(RuntimeException e) {
    Throwable cause = e instanceof PgException ? e : e.getCause();
    String state = cause instanceof PgException pg ? pg.getSqlState() : "";
    boolean ofOurs =
        !(cause instanceof PgException)
            && e.getStackTrace().length > 0
            && e.getStackTrace()[0].getClassName().startsWith("io.certferry.");
    return ofOurs || (state != null && (state.startsWith("22") || state.startsWith("23")));
  }
}
