package io.certferry.gateway.attempt;

import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that call one CA. What waits for one goes by turns: the first of each tenant before
 * the second of any, so that a tenant with little to do does not stand behind all that another has
 * claimed ahead. One thread gives the work.
 */
final class CallPool {

  private static final long STOP_SECONDS = 10;

  private final PriorityBlockingQueue<Runnable> waiting = new PriorityBlockingQueue<>();
  private final AtomicLong number = new AtomicLong();
  private final ThreadPoolExecutor threads;

  CallPool(String caId, int size) {
    AtomicLong thread = new AtomicLong();
    this.threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            waiting,
            task -> {
              Thread made = new Thread(task, "gateway-ca-" + caId + "-" + thread.getAndIncrement());
              made.setDaemon(true);
              return made;
            });
  }

  private record Turn(long before, long number, String tenant, Runnable call)
      implements Runnable, Comparable<Turn> {

    @Override
    public void run() {
      call.run();
    }

    @Override
    public int compareTo(Turn other) {
      int turns = Long.compare(before, other.before);
      return turns == 0 ? Long.compare(number, other.number) : turns;
    }
  }

  void execute(String tenant, Runnable call) {
    long before = waiting.stream().filter(turn -> ((Turn) turn).tenant().equals(tenant)).count();
    threads.execute(new Turn(before, number.getAndIncrement(), tenant, call));
  }

  /** Lets the calls in progress end. */
  void stop() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
