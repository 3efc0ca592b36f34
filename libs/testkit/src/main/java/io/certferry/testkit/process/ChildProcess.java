package io.certferry.testkit.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A running child process in a session of its own, so that Ctrl-C in the terminal reaches only its
 * parent. {@link ChildGuard} ends it when this JVM is gone.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(15);

  /**
   * How to start it.
   *
   * @param name for messages
   * @param command program and arguments; never a secret, every user of the machine can read them
   * @param environment added to this JVM's own environment
   * @param directory working directory
   * @param log file to which standard output and error are appended
   * @param stopSignal what asks it to end
   */
  public record Spec(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Path log,
      StopSignal stopSignal) {}

  private final Spec spec;
  private final Process process;

  private ChildProcess(Spec spec, Process process) {
    this.spec = spec;
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @throws UncheckedIOException if the program or the log file cannot be opened
   */
  public static ChildProcess start(Spec spec) {
    try {
      Files.createDirectories(spec.log().toAbsolutePath().getParent());
      ProcessBuilder builder = new ProcessBuilder(inOwnSession(spec.command()));
      builder.environment().putAll(spec.environment());
      builder.directory(spec.directory().toFile()).redirectErrorStream(true);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
      Process process = builder.start();
      ChildGuard.watch(process, spec.stopSignal());
      return new ChildProcess(spec, process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + spec.name() + ": " + e.getMessage(), e);
    }
  }

  /** Runs a short command to its end and returns its output; for initdb and the like. */
  public static String run(List<String> command, Map<String, String> environment, Path directory) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.directory(directory.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(command.get(0) + " ended with " + code + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command.get(0), e);
    }
  }

  public String name() {
    return spec.name();
  }

  public long pid() {
    return process.pid();
  }

  /** When the operating system started it; with the pid it names the process for good. */
  public Optional<Instant> startedAt() {
    return process.info().startInstant();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit code, once it has ended. */
  public Optional<Integer> exitCode() {
    return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
  }

  /** Waits for the end; true if it came in time. Also the pause between two looks at readiness. */
  public boolean endsWithin(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** Asks it to end, without waiting. */
  public void requestStop() {
    requestStop(spec.stopSignal());
  }

  /** Asks it to end by another signal than its usual one, without waiting. */
  public void requestStop(StopSignal signal) {
    if (process.isAlive()) {
      Signals.send(signal.name(), pid());
    }
  }

  /** Asks it to end and kills it after the grace time. */
  public void stop(Duration grace) {
    requestStop();
    if (!endsWithin(grace)) {
      kill();
    }
  }

  /** kill -9, as in a crash test; returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    endsWithin(GRACE);
  }

  /** The last lines of its log, for an error message. */
  public String lastLines(int count) {
    try (Stream<String> lines = Files.lines(spec.log())) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - count), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(no log)";
    }
  }

  @Override
  public void close() {
    stop(GRACE);
  }

  private static List<String> inOwnSession(List<String> command) {
    if (!Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      return command;
    }
    List<String> wrapped = new ArrayList<>(List.of("/usr/bin/setsid"));
    wrapped.addAll(command);
    return wrapped;
  }
}
