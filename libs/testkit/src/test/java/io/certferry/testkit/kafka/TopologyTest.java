package io.certferry.testkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopologyTest {

  private final Map<String, NewTopic> topics =
      Topology.topics(12, List.of("builtin")).stream()
          .collect(Collectors.toMap(NewTopic::name, Function.identity()));

  @Test
  void declaresEveryTopicOfTheContractAndOnePerCa() {
    assertThat(topics.keySet()).containsAll(Topics.fixed());
    assertThat(topics).containsKey("certferry.ca.builtin.commands.v1");
    assertThat(topic(Topics.ISSUANCE_REQUESTS).numPartitions()).isEqualTo(12);
  }

  @Test
  void compactsTheProfilesOnly() {
    assertThat(topic(Topics.PROFILES).configs()).containsEntry("cleanup.policy", "compact");
    assertThat(topic(Topics.CERTIFICATES).configs()).isNull();
  }

  @Test
  void declaresADeadLetterTopicForEachConsumerAndTopic() {
    assertThat(topics)
        .containsKey("profile-service.certferry.device.checkins.events.v1.dlq")
        .containsKey("issuance-service.certferry.issuance.requests.commands.v1.dlq")
        .containsKey("connector-gateway.certferry.ca.builtin.commands.v1.dlq");
  }

  private NewTopic topic(String name) {
    return Objects.requireNonNull(topics.get(name));
  }
}
