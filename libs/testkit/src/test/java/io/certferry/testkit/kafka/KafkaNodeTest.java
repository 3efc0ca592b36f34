package io.certferry.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.Topics;
import io.certferry.testkit.process.FreePorts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaNodeTest {

  @TempDir Path directory;

  @Test
  void takesRecordsInsideThisJvmAndMakesNoTopicByAccident() throws Exception {
    // Given
    try (EmbeddedKafka node = EmbeddedKafka.start()) {
      Topology.createTopics(node.bootstrapServers(), 3, List.of("builtin"));
      Topology.createTopics(node.bootstrapServers(), 3, List.of("builtin", "second"));

      // When
      send(node, Topics.CA_RESULTS);

      // Then
      assertThat(topicNames(node)).contains("certferry.ca.second.commands.v1");
      assertThatThrownBy(() -> send(node, "certferry.not.declared"))
          .isInstanceOf(ExecutionException.class);
      assertThat(topicNames(node)).doesNotContain("certferry.not.declared");
    }
  }

  @Test
  void survivesAKillAndForgetsWhenWiped() throws Exception {
    // Given
    try (KafkaProcess node = KafkaProcess.start(options())) {
      Topology.createTopics(node.bootstrapServers(), 1, List.of());

      // When
      node.kill();
      node.start();

      // Then
      assertThat(topicNames(node)).containsAll(Topics.fixed());

      // When
      node.kill();
      node.wipe();
      node.start();

      // Then
      assertThat(topicNames(node)).isEmpty();
    }
  }

  private KafkaProcess.Options options() {
    return new KafkaProcess.Options(
        FreePorts.next(),
        FreePorts.next(),
        directory.resolve("data"),
        directory.resolve("kafka.log"),
        256,
        false);
  }

  private static void send(KafkaNode node, String topic) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", node.bootstrapServers(), "max.block.ms", "3000");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, "key", "value")).get(10, TimeUnit.SECONDS);
    }
  }

  private static Set<String> topicNames(KafkaNode node) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
      return admin.listTopics().names().get(10, TimeUnit.SECONDS);
    }
  }
}
