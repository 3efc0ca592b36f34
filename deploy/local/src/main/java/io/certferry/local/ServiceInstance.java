package io.certferry.local;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a service as packaged, in its own JVM. It can be killed, stopped and started
 * again with the same configuration and port, or with more JVM arguments such as a crash point.
 */
public final class ServiceInstance {

  private static final Duration READY_LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /**
   * What an instance is started with.
   *
   * @param kind of service
   * @param name unique in the stack, for instance {@code issuance-service-2}
   * @param url where it listens
   * @param runnable its quarkus-run.jar
   * @param configuration properties file, mode 0600
   * @param jvmArguments more than the stack's own
   * @param directory where it runs
   * @param log of its output
   */
  record Setup(
      ServiceKind kind,
      String name,
      URI url,
      Path runnable,
      Path configuration,
      List<String> jvmArguments,
      Path directory,
      Path log) {}

  private final Setup setup;
  private final Consumer<ChildProcess> started;
  private @Nullable ChildProcess process;

  ServiceInstance(Setup setup, Consumer<ChildProcess> started) {
    this.setup = setup;
    this.started = started;
  }

  /**
   * The same instance as another build packaged it: same configuration, port and log; this one must
   * not run.
   *
   * @param root of that build
   */
  public ServiceInstance asPackagedIn(Path root) {
    return new ServiceInstance(
        new Setup(
            setup.kind(),
            setup.name(),
            setup.url(),
            setup.kind().runnable(root),
            setup.configuration(),
            setup.jvmArguments(),
            setup.directory(),
            setup.log()),
        started);
  }

  public ServiceKind kind() {
    return setup.kind();
  }

  public String name() {
    return setup.name();
  }

  /** {@code http://127.0.0.1:port}. */
  public URI url() {
    return setup.url();
  }

  public Path log() {
    return setup.log();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The exit code of the last run, once it has ended; 137 after a crash point or kill -9. */
  public Optional<Integer> exitCode() {
    return process == null ? Optional.empty() : process.exitCode();
  }

  /** Waits for it to end by itself, as at a crash point. */
  public boolean endsWithin(Duration limit) {
    return process == null || process.endsWithin(limit);
  }

  /** Process id of the last run; 0 before the first. */
  public long pid() {
    return process == null ? 0 : process.pid();
  }

  /** Starts it without waiting, with more JVM arguments for this run only. */
  public void launch(String... moreJvmArguments) {
    if (isAlive()) {
      throw new StackException(name() + " runs already");
    }
    ChildProcess child = ChildProcess.start(spec(List.of(moreJvmArguments)));
    process = child;
    started.accept(child);
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @throws StackException with the end of its log if it ends or is not ready in 120 s
   */
  public void start(String... moreJvmArguments) {
    launch(moreJvmArguments);
    awaitReady();
  }

  /** Starts it so that it halts (exit code 137) when it comes to the crash point the n-th time. */
  public void startWithCrashPoint(String name, int hit) {
    start("-Dcertferry.crash-at=" + name + ":" + hit);
  }

  /** Waits until its readiness endpoint says so. */
  public void awaitReady() {
    ChildProcess child = process;
    if (child == null) {
      throw new StackException(name() + " was never started");
    }
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!isReady()) {
      if (child.endsWithin(LOOK)) {
        throw failure(child, "ended with " + child.exitCode().orElse(-1) + " while starting");
      }
      if (System.nanoTime() > deadline) {
        throw failure(child, "was not ready after " + READY_LIMIT.toSeconds() + " s");
      }
    }
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    HttpRequest request =
        HttpRequest.newBuilder(url().resolve("/q/health/ready")).timeout(REQUEST_LIMIT).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for " + name(), e);
    }
  }

  /** Asks it to stop, without waiting. */
  void requestStop() {
    if (process != null) {
      process.requestStop();
    }
  }

  /** Stops it, the hard way when the grace time is over. */
  public void stop(Duration grace) {
    if (process != null) {
      process.stop(grace);
    }
  }

  /** kill -9. */
  public void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** Resident memory in MiB, as the kernel counts it. */
  public long residentMegabytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new StackException(name() + " does not run", e);
    }
  }

  private StackException failure(ChildProcess child, String what) {
    return new StackException(
        name() + " " + what + "; its log " + setup.log() + " ends:\n" + child.lastLines(12));
  }

  private ChildProcess.Spec spec(List<String> moreJvmArguments) {
    return new ChildProcess.Spec(
        name(),
        command(moreJvmArguments),
        Map.of(
            "QUARKUS_CONFIG_LOCATIONS", setup.configuration().toString(), "MALLOC_ARENA_MAX", "2"),
        setup.directory(),
        setup.log(),
        StopSignal.TERM);
  }

  private List<String> command(List<String> moreJvmArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ServiceMemory.ARGUMENTS);
    command.addAll(setup.jvmArguments());
    command.addAll(moreJvmArguments);
    command.addAll(List.of("-jar", setup.runnable().toString()));
    return command;
  }
}
