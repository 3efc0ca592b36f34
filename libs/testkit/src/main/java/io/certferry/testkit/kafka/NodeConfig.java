package io.certferry.testkit.kafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The server properties of a single KRaft node.
 *
 * @param port of the client listener
 * @param controllerPort of the controller listener
 * @param dataDirectory its log directory; holds all its state
 */
record NodeConfig(int port, int controllerPort, Path dataDirectory) {

  private static final String HOST = "127.0.0.1";

  String bootstrapServers() {
    return HOST + ":" + port;
  }

  Map<String, String> properties() {
    Map<String, String> config = new TreeMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
    config.put("controller.listener.names", "CONTROLLER");
    config.put(
        "listeners", listener("CLIENTS", port) + "," + listener("CONTROLLER", controllerPort));
    config.put("advertised.listeners", listener("CLIENTS", port));
    config.put("inter.broker.listener.name", "CLIENTS");
    config.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("log.dirs", dataDirectory.toAbsolutePath().toString());
    config.put("auto.create.topics.enable", "false");
    config.put("group.initial.rebalance.delay.ms", "0");
    // A killed node may register again only when its old session is over: not 9 s, the default.
    config.put("broker.session.timeout.ms", "4000");
    config.put("broker.heartbeat.interval.ms", "1000");
    config.putAll(singleNodeInternals());
    // The default buffer takes 128 MB of heap for a job that one node hardly has.
    config.put("log.cleaner.dedupe.buffer.size", "2097152");
    return config;
  }

  private static Map<String, String> singleNodeInternals() {
    return Map.ofEntries(
        Map.entry("default.replication.factor", "1"),
        Map.entry("min.insync.replicas", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"));
  }

  private static String listener(String name, int port) {
    return name + "://" + HOST + ":" + port;
  }
}
