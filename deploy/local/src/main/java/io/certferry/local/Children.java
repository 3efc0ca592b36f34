package io.certferry.local;

import io.certferry.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The record of child processes, by pid and start time, for the case that both the launcher and the
 * guard of its children were killed: the next start ends what is left, and only that.
 */
final class Children {

  private static final Duration TIME_TO_END = Duration.ofSeconds(8);

  private final Path file;
  private final List<String> lines = new ArrayList<>();

  Children(Path file) {
    this.file = file;
  }

  /** Adds a child. */
  synchronized void add(ChildProcess child) {
    child.startedAt().ifPresent(start -> lines.add(line(child.pid(), start)));
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new StackException("cannot write " + file, e);
    }
  }

  /** Forgets all, when all have ended. */
  synchronized void clear() {
    lines.clear();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StackException("cannot delete " + file, e);
    }
  }

  /** Ends what a former launcher left; gives processes that are ending the time for it. */
  static void endStale(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      long deadline = System.nanoTime() + TIME_TO_END.toNanos();
      Files.readAllLines(file).stream()
          .flatMap(line -> alive(line).stream())
          .forEach(process -> end(process, deadline));
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StackException("cannot read " + file, e);
    }
  }

  private static void end(ProcessHandle process, long deadline) {
    try {
      process.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  /** The process of the line, unless it is gone or its pid now belongs to another one. */
  static Optional<ProcessHandle> alive(String line) {
    String[] parts = line.split(" ", 2);
    return ProcessHandle.of(Long.parseLong(parts[0]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process).equals(parts[1]));
  }

  static String line(long pid, Instant start) {
    return pid + " " + start.toEpochMilli();
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(start -> "" + start.toEpochMilli()).orElse("");
  }
}
