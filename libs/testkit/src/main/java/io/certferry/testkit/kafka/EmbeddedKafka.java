package io.certferry.testkit.kafka;

import io.certferry.testkit.process.Directories;
import io.certferry.testkit.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** A Kafka node inside this JVM, for the tests of one module. Data live in a temporary folder. */
public final class EmbeddedKafka implements KafkaNode {

  private final Path home;
  private final NodeConfig config;
  private final KafkaRaftServer server;

  private EmbeddedKafka(Path home, NodeConfig config, KafkaRaftServer server) {
    this.home = home;
    this.config = config;
    this.server = server;
  }

  /** Starts a node on free ports; returns when it takes clients (about 2 s). */
  public static EmbeddedKafka start() {
    Path home = temporaryDirectory();
    NodeConfig config = new NodeConfig(FreePorts.next(), FreePorts.next(), home.resolve("data"));
    NodeStorage.prepare(config);
    KafkaRaftServer server =
        new KafkaRaftServer(new KafkaConfig(config.properties(), false), Time.SYSTEM);
    server.startup();
    return new EmbeddedKafka(home, config, server);
  }

  @Override
  public String bootstrapServers() {
    return config.bootstrapServers();
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    Directories.delete(home);
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("certferry-kafka-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for Kafka", e);
    }
  }
}
