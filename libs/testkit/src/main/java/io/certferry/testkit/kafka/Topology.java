package io.certferry.testkit.kafka;

import io.certferry.contracts.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics of DESIGN section 5, declared as deployment declares them. */
public final class Topology {

  private static final int DEAD_LETTER_PARTITIONS = 1;
  private static final int QUIET_PARTITIONS = 3;
  private static final int LIMIT_SECONDS = 30;

  /** Which consumer group reads which fixed topics; each pair has a dead-letter topic. */
  private static final Map<String, List<String>> CONSUMERS =
      Map.of(
          "profile-service",
          List.of(
              Topics.DEVICE_CHECKINS,
              Topics.DEVICE_STATUS,
              Topics.DEVICE_LIFECYCLE,
              Topics.CERTIFICATES,
              Topics.REVOCATIONS,
              Topics.CONNECTORS,
              Topics.PFX_IMPORTS),
          "issuance-service",
          List.of(
              Topics.ISSUANCE_REQUESTS,
              Topics.DEVICE_STATUS,
              Topics.DEVICE_LIFECYCLE,
              Topics.CA_RESULTS,
              Topics.REVOCATIONS,
              Topics.PROFILES),
          "connector-gateway",
          List.of(Topics.PROFILES),
          "pfx-import-service",
          List.of(Topics.PFX_DELIVERIES),
          "revocation-service",
          List.of(
              Topics.DEVICE_LIFECYCLE, Topics.CA_RESULTS, Topics.CERTIFICATES, Topics.PROFILES));

  /** Topics with few records, which no number of instances makes more. */
  private static final Set<String> QUIET =
      Set.of(
          Topics.PROFILES,
          Topics.CONNECTORS,
          Topics.DEVICE_LIFECYCLE,
          Topics.PFX_IMPORTS,
          Topics.PFX_DELIVERIES);

  private Topology() {}

  /**
   * Declares every topic that is not there yet; safe to repeat.
   *
   * @param bootstrapServers {@code host:port}
   * @param partitions of the device, request and CA topics, quiet topics have at most 3; 12 serves
   *     tests, DESIGN asks for enough for 100 connectors
   * @param caIds CAs whose command topics are needed
   */
  public static void createTopics(
      String bootstrapServers, int partitions, Collection<String> caIds) {
    create(bootstrapServers, topics(partitions, caIds));
  }

  /** What {@link #createTopics} declares. */
  static List<NewTopic> topics(int partitions, Collection<String> caIds) {
    List<String> flowing = new ArrayList<>(Topics.fixed());
    caIds.forEach(caId -> flowing.add(Topics.caCommands(caId)));
    Stream<NewTopic> declared =
        flowing.stream().map(name -> declared(name, partitionsOf(name, partitions)));
    Stream<NewTopic> dead =
        deadLetterNames(caIds).stream()
            .map(name -> new NewTopic(name, DEAD_LETTER_PARTITIONS, (short) 1));
    return Stream.concat(declared, dead).toList();
  }

  private static int partitionsOf(String name, int wanted) {
    return QUIET.contains(name) ? Math.min(wanted, QUIET_PARTITIONS) : wanted;
  }

  private static NewTopic declared(String name, int partitions) {
    NewTopic topic = new NewTopic(name, partitions, (short) 1);
    return name.equals(Topics.PROFILES)
        ? topic.configs(
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))
        : topic;
  }

  private static Set<String> deadLetterNames(Collection<String> caIds) {
    Set<String> names = new HashSet<>();
    CONSUMERS.forEach(
        (group, topics) -> topics.forEach(topic -> names.add(Topics.deadLetters(group, topic))));
    caIds.forEach(
        caId -> names.add(Topics.deadLetters("connector-gateway", Topics.caCommands(caId))));
    return names;
  }

  private static void create(String bootstrapServers, List<NewTopic> topics) {
    Properties client = new Properties();
    client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (Admin admin = Admin.create(client)) {
      for (KafkaFuture<Void> result : admin.createTopics(topics).values().values()) {
        awaitCreated(result);
      }
      awaitVisible(admin, topics.stream().map(NewTopic::name).toList());
    }
  }

  /** The controller answers before the broker has learnt of the topics. */
  private static void awaitVisible(Admin admin, List<String> names) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!areVisible(admin, names)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the topics were declared but do not appear");
      }
    }
  }

  private static boolean areVisible(Admin admin, List<String> names) {
    try {
      return admin
          .describeTopics(names)
          .allTopicNames()
          .get(LIMIT_SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.leader() != null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while declaring topics", e);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private static void awaitCreated(KafkaFuture<Void> result) {
    try {
      result.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while declaring topics", e);
    } catch (ExecutionException | TimeoutException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("cannot declare the topics: " + e.getMessage(), e);
      }
    }
  }
}
