package io.certferry.testkit.kafka;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.Directories;
import io.certferry.testkit.process.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka node as its own process, so that a test can kill -9 it, wipe its data and start it again
 * on the same port.
 */
public final class KafkaProcess implements KafkaNode {

  private static final String LOGGING = "java.util.logging.config.file";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(8);
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * How to run it.
   *
   * @param port of clients
   * @param controllerPort of the controller listener
   * @param dataDirectory holds the node's state; made and formatted if empty
   * @param log file of its output
   * @param heapMegabytes heap of the JVM, 256 serves tests
   * @param fullyOptimised false stops at the first compiler tier: faster start, for anything but
   *     measurements
   */
  public record Options(
      int port,
      int controllerPort,
      Path dataDirectory,
      Path log,
      int heapMegabytes,
      boolean fullyOptimised) {}

  private final Options options;
  private @Nullable ChildProcess process;

  private KafkaProcess(Options options) {
    this.options = options;
  }

  /**
   * Starts the node and returns when it takes clients.
   *
   * @throws IllegalStateException with the end of its log if it ends or does not come up in 60 s
   */
  public static KafkaProcess start(Options options) {
    KafkaProcess node = new KafkaProcess(options);
    node.start();
    return node;
  }

  /**
   * Starts it again after {@link #close()}, {@link #kill()} or {@link #wipe()}, on the same port.
   */
  public void start() {
    Path properties = NodeStorage.prepare(config());
    ChildProcess started = ChildProcess.start(spec(properties));
    process = started;
    awaitReady(started);
  }

  /** kill -9. */
  public void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** Deletes all its data; the node must be down. */
  public void wipe() {
    if (isAlive()) {
      throw new IllegalStateException("stop Kafka before wiping its data");
    }
    Directories.delete(options.dataDirectory());
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The process, while there is one. */
  public @Nullable ChildProcess process() {
    return process;
  }

  @Override
  public String bootstrapServers() {
    return config().bootstrapServers();
  }

  @Override
  public void close() {
    if (process != null) {
      process.stop(STOP_GRACE);
    }
  }

  private NodeConfig config() {
    return new NodeConfig(options.port(), options.controllerPort(), options.dataDirectory());
  }

  private ChildProcess.Spec spec(Path properties) {
    return new ChildProcess.Spec(
        "Kafka",
        command(properties),
        Map.of("CLASSPATH", System.getProperty("java.class.path"), "MALLOC_ARENA_MAX", "2"),
        Path.of("/"),
        options.log(),
        StopSignal.TERM);
  }

  private List<String> command(Path properties) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + options.heapMegabytes() + "m");
    command.add("-XX:+UseSerialGC");
    if (!options.fullyOptimised()) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    String logging = System.getProperty(LOGGING);
    if (logging != null) {
      command.add("-D" + LOGGING + "=" + logging);
    }
    command.add("kafka.Kafka");
    command.add(properties.toAbsolutePath().toString());
    return command;
  }

  private void awaitReady(ChildProcess started) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    Properties client = new Properties();
    client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    client.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "200");
    try (Admin admin = Admin.create(client)) {
      while (!answers(admin)) {
        if (started.endsWithin(LOOK) || System.nanoTime() > deadline) {
          String lines = started.lastLines(15);
          started.kill();
          throw new IllegalStateException("Kafka did not start; the end of its log:\n" + lines);
        }
      }
    }
  }

  private static boolean answers(Admin admin) {
    try {
      return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka started", e);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
