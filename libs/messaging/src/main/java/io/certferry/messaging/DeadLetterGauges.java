package io.certferry.messaging;

import io.certferry.contracts.Topics;
import io.certferry.contracts.metric.MessagingMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** How many records lie in the dead-letter topics of this service, by the topic they came from. */
@Singleton
public class DeadLetterGauges {

  private final Map<String, Object> settings;
  private final ServiceName service;
  private final MeasureConfig config;
  private final MultiGauge kept;
  private final WorkLoop loop;

  DeadLetterGauges(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      ServiceName service,
      MeasureConfig config,
      MeterRegistry metrics) {
    this.settings = settings(kafka, service);
    this.service = service;
    this.config = config;
    this.kept = Meters.rows(metrics, MessagingMetrics.DEAD_LETTERS_KEPT);
    this.loop = new WorkLoop("dead-letter-gauges", 1, config.deadLettersEvery(), this::measure);
  }

  private static Map<String, Object> settings(Map<String, Object> kafka, ServiceName service) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, service.value() + "-dead-letters");
    return settings;
  }

  void onStart(@Observes StartupEvent event) {
    if (!config.deadLettersEvery().isZero()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round, with a client of its own so that nothing is held in between; blocks. Always 0. */
  int measure() throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(settings)) {
      List<MultiGauge.Row<?>> rows = new ArrayList<>();
      sizes(admin)
          .forEach(
              (topic, size) ->
                  rows.add(Meters.row(MessagingMetrics.DEAD_LETTERS_KEPT, size, topic)));
      kept.register(rows, true);
    }
    return 0;
  }

  private Map<String, Long> sizes(Admin admin) throws InterruptedException, ExecutionException {
    List<String> topics =
        admin.listTopics().names().get().stream()
            .filter(topic -> Topics.deadLettered(service.value(), topic).isPresent())
            .toList();
    List<TopicPartition> partitions =
        admin.describeTopics(topics).allTopicNames().get().values().stream()
            .flatMap(topic -> partitions(topic).stream())
            .toList();
    Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> starts = offsets(admin, partitions, OffsetSpec.earliest());
    Map<String, Long> sizes = new TreeMap<>();
    for (TopicPartition partition : partitions) {
      String origin = Topics.deadLettered(service.value(), partition.topic()).orElseThrow();
      sizes.merge(
          origin, ends.getOrDefault(partition, 0L) - starts.getOrDefault(partition, 0L), Long::sum);
    }
    return sizes;
  }

  private static Collection<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(partition -> new TopicPartition(topic.name(), partition.partition()))
        .toList();
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }
}
