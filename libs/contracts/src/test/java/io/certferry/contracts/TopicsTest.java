package io.certferry.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

  @Test
  void namesTheCommandsTopicOfACa() {
    assertThat(Topics.caCommands("corp-ca-1")).isEqualTo("certferry.ca.corp-ca-1.commands.v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Corp", "a.b", "a/b", "a123456789012345678901234567890123456789x"})
  void refusesACaIdThatCouldNameAnotherTopic(String caId) {
    assertThatThrownBy(() -> Topics.caCommands(caId))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("caId");
  }

  @Test
  void namesDeadLettersByGroupAndTopic() {
    assertThat(Topics.deadLetters("issuance-service", Topics.CA_RESULTS))
        .isEqualTo("issuance-service.certferry.ca.results.events.v1.dlq");
  }
}
