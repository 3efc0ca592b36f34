package io.certferry.gateway.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * One thread that writes what others hand over: whatever is waiting when it looks goes into one
 * transaction. When a group fails, each entry is written alone, so that one bad entry harms nobody
 * else.
 *
 * @param <T> what is handed over
 * @param <R> what comes back for each
 */
public final class GroupCommit<T, R> implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(GroupCommit.class);
  private static final long STOP_MILLIS = 10_000;

  private final String name;
  private final int largestGroup;
  private final Function<List<T>, List<R>> commit;
  private final BlockingQueue<Entry<T, R>> waiting = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean running = true;

  private record Entry<T, R>(T value, CompletableFuture<R> result) {}

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param largestGroup entries per transaction
   * @param commit writes a group in one transaction; gives a result for each entry, in order
   */
  public GroupCommit(String name, int largestGroup, Function<List<T>, List<R>> commit) {
    this.name = name;
    this.largestGroup = largestGroup;
    this.commit = commit;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Hands over; the future completes after the commit, or fails as the commit did. */
  public CompletableFuture<R> submit(T value) {
    Entry<T, R> entry = new Entry<>(value, new CompletableFuture<>());
    waiting.add(entry);
    return entry.result();
  }

  /** Hands over and waits for the commit; throws what it threw. */
  public R write(T value) {
    try {
      return submit(value).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** How many wait. */
  public int backlog() {
    return waiting.size();
  }

  /** Writes what waits, then ends the thread. */
  @Override
  public void close() {
    running = false;
    try {
      thread.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (running || !waiting.isEmpty()) {
      List<Entry<T, R>> group = next();
      if (!group.isEmpty()) {
        write(group);
      }
    }
  }

  private List<Entry<T, R>> next() {
    List<Entry<T, R>> group = new ArrayList<>();
    try {
      Entry<T, R> first = waiting.poll(100, TimeUnit.MILLISECONDS);
      if (first != null) {
        group.add(first);
        waiting.drainTo(group, largestGroup - 1);
      }
    } catch (InterruptedException e) {
      running = false;
    }
    return group;
  }

  private void write(List<Entry<T, R>> group) {
    try {
      List<R> results = commit.apply(group.stream().map(Entry::value).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).result().complete(results.get(i));
      }
    } catch (RuntimeException | Error e) {
      failed(group, e);
    }
  }

  private void failed(List<Entry<T, R>> group, Throwable failure) {
    if (group.size() == 1) {
      group.get(0).result().completeExceptionally(failure);
      return;
    }
    LOG.warnf("writer=%s event=group-failed size=%d error=%s", name, group.size(), failure);
    group.forEach(entry -> write(List.of(entry)));
  }
}
