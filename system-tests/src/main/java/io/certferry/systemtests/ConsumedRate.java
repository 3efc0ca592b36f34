package io.certferry.systemtests;

import io.certferry.contracts.Topics;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How fast profile-service commits check-ins: its committed offsets over time, between the first
 * fifth and the last.
 */
final class ConsumedRate {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private ConsumedRate() {}

  static double measure(LocalStack stack, long expected) {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().bootstrapServers());
    List<long[]> samples = new ArrayList<>();
    try (Admin admin = Admin.create(properties)) {
      long start = System.nanoTime();
      long first = committed(admin);
      long seen = first;
      while (seen - first < expected - 1 && System.nanoTime() - start < LIMIT.toNanos()) {
        Load.pause(Duration.ofMillis(200));
        seen = committed(admin);
        samples.add(new long[] {System.nanoTime(), seen - first});
        if (samples.size() > 25 && seen == samples.get(samples.size() - 25)[1] + first) {
          break;
        }
      }
    }
    return between(samples, 0.2, 0.9);
  }

  private static double between(List<long[]> samples, double from, double to) {
    long total = samples.get(samples.size() - 1)[1];
    long[] first = reached(samples, (long) (from * total));
    long[] last = reached(samples, (long) (to * total));
    return (last[1] - first[1]) * 1e9 / (last[0] - first[0]);
  }

  private static long[] reached(List<long[]> samples, long count) {
    return samples.stream().filter(sample -> sample[1] >= count).findFirst().orElseThrow();
  }

  private static long committed(Admin admin) {
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(ServiceKind.PROFILE.module())
              .partitionsToOffsetAndMetadata()
              .get();
      return offsets.entrySet().stream()
          .filter(entry -> entry.getKey().topic().equals(Topics.DEVICE_CHECKINS))
          .mapToLong(entry -> entry.getValue().offset())
          .sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
