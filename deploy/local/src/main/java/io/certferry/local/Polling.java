package io.certferry.local;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks until something is there; never longer than a minute. */
final class Polling {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Polling() {}

  /**
   * Waits for the first answer that is not null.
   *
   * @param what for the message when it does not come
   * @throws StackException after a minute
   */
  static <T> T await(String what, Supplier<@Nullable T> look) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      T found = look.get();
      if (found != null) {
        return found;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new StackException("waited " + LIMIT.toSeconds() + " s in vain for " + what);
  }
}
