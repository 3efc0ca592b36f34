package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** kill -9 of the broker and of PostgreSQL in mid-run, and the loss of all that Kafka ever held. */
class OutageTest {

  private static final int DEVICES = 60;

  private final Stack stack = Stack.shared();

  @AfterEach
  void everythingRunsAgain() {
    if (!stack.local.postgres().isAlive()) {
      stack.local.postgres().start();
    }
    if (!stack.local.kafka().isAlive()) {
      stack.local.kafka().start();
    }
    stack.restoreAll();
  }

  @Test
  void losesNothingWhenTheBrokerIsKilled() {
    // Given
    List<ManagedDevice> devices = stack.fleet.devices("broker", DEVICES);
    checkIn(devices.subList(0, 20));

    // When
    stack.local.kafka().kill();
    checkIn(devices.subList(20, 40));
    stack.local.kafka().start();
    checkIn(devices.subList(40, DEVICES));

    // Then
    holds("broker");
  }

  @Test
  void losesNothingWhenPostgresIsKilled() {
    // Given
    List<ManagedDevice> devices = stack.fleet.devices("postgres", DEVICES);
    checkIn(devices.subList(0, 30));

    // When
    stack.local.postgres().kill();
    assertThat(refusal(devices.get(30))).isIn(500, 503, -1);
    stack.local.postgres().start();
    devices.subList(30, DEVICES).forEach(stack::checkInUntilAccepted);

    // Then
    holds("postgres");
  }

  @Test
  void losesNothingWhenAllOfKafkaIsDeleted() {
    // Given
    List<ManagedDevice> devices = stack.fleet.devices("wiped", DEVICES);
    checkIn(devices.subList(0, 30));

    // When
    stack.local.kafka().kill();
    stack.local.kafka().wipe();
    checkIn(devices.subList(30, DEVICES));
    stack.local.kafka().start();
    stack.local.declareTopics();

    // Then
    holds("wiped");
  }

  private void checkIn(List<ManagedDevice> devices) {
    devices.forEach(stack.mdm::checkIn);
  }

  private int refusal(ManagedDevice device) {
    try {
      return stack.mdm.tryCheckIn(device);
    } catch (RuntimeException e) {
      return -1;
    }
  }

  private void holds(String prefix) {
    stack.awaitDelivered(prefix, DEVICES);
    assertThat(stack.invariants.liveCertificates(prefix)).isEqualTo(DEVICES);
    assertThat(stack.invariants.liveTwice()).isEmpty();
    assertThat(stack.invariants.unknownToUs()).isEmpty();
    assertThat(stack.invariants.certificatesWithoutCommittedKey()).isEmpty();
  }
}
