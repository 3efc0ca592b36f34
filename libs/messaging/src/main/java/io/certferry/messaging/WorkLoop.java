package io.certferry.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Worker threads that look for rows to work on. A step says how many it worked on: while it is more
 * than none the step runs again at once, otherwise the thread sleeps until it is nudged or the poll
 * interval is over. A step that throws is logged and tried again after a back-off with jitter that
 * no nudge shortens. Steps may block and may await a {@code Uni}; several threads run the same step
 * at once.
 */
public final class WorkLoop {

  private static final Logger LOG = Logger.getLogger(WorkLoop.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final int threadCount;
  private final Duration pollInterval;
  private final Callable<Integer> step;
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long nudges;
  private volatile boolean running;

  /**
   * @param name of the threads, in lower case with dashes
   * @param threads how many run the step at once
   * @param pollInterval the longest sleep while there is nothing to do
   * @param step one round of work; returns the number of rows it worked on
   */
  public WorkLoop(String name, int threads, Duration pollInterval, Callable<Integer> step) {
    this.name = name;
    this.threadCount = threads;
    this.pollInterval = pollInterval;
    this.step = step;
  }

  /** Starts the threads; no effect while they run. */
  public synchronized void start() {
    if (running) {
      return;
    }
    running = true;
    for (int i = 0; i < threadCount; i++) {
      Thread thread = new Thread(this::run, name + "-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Ends the threads after the step they are in; interrupts a step that takes longer than five
   * seconds.
   */
  public void stop() {
    stop(STOP_PATIENCE);
  }

  /**
   * Ends the threads after the step they are in; interrupts a step that takes longer than {@code
   * patience}.
   */
  public synchronized void stop(Duration patience) {
    running = false;
    nudge();
    boolean interrupted = false;
    long patienceEnds = System.nanoTime() + patience.toNanos();
    for (Thread thread : threads) {
      interrupted |= !ended(thread, patienceEnds);
    }
    threads.clear();
    if (interrupted) {
      LOG.warnf("loop=%s event=interrupted at stop", name);
    }
  }

  /**
   * Wakes the threads that sleep; one that is in its step looks again afterwards. Cheap, from any
   * thread.
   */
  public void nudge() {
    lock.lock();
    try {
      nudges++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the threads are meant to run; a long step may ask. */
  public boolean isRunning() {
    return running;
  }

  private void run() {
    int failures = 0;
    while (running) {
      long seen = nudgesSoFar();
      try {
        int worked = step.call();
        failures = 0;
        if (worked == 0) {
          sleepUnlessNudgedSince(seen);
        }
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        failures++;
        if (!running) {
          return;
        }
        logFailure(failures, e);
        backOff(failures);
      }
    }
  }

  private void logFailure(int failures, Exception e) {
    if (failures == 1) {
      LOG.warnf(e, "loop=%s event=step-failed attempt=%d", name, failures);
    } else {
      LOG.warnf("loop=%s event=step-failed attempt=%d error=%s", name, failures, e);
    }
  }

  private long nudgesSoFar() {
    lock.lock();
    try {
      return nudges;
    } finally {
      lock.unlock();
    }
  }

  private void sleepUnlessNudgedSince(long seen) throws InterruptedException {
    long left = pollInterval.toNanos();
    lock.lock();
    try {
      while (running && nudges == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void backOff(int failures) {
    long left = backoff(failures, FIRST_BACKOFF, LONGEST_BACKOFF).toNanos();
    lock.lock();
    try {
      while (running && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      running = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Doubles from {@code first} to {@code longest}; a random half of it is taken off so that
   * instances do not march in step.
   */
  static Duration backoff(int failures, Duration first, Duration longest) {
    long cap = Math.min(longest.toNanos(), first.toNanos() << Math.min(failures - 1, 20));
    return Duration.ofNanos(cap / 2 + ThreadLocalRandom.current().nextLong(cap / 2 + 1));
  }

  private static boolean ended(Thread thread, long patienceEnds) {
    try {
      long millis = TimeUnit.NANOSECONDS.toMillis(patienceEnds - System.nanoTime());
      thread.join(Math.max(1, millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      thread.interrupt();
      return false;
    }
    return true;
  }
}
