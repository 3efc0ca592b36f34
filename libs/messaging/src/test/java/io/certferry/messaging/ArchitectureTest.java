package io.certferry.messaging;

import io.certferry.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void followsTheHouseRules() {
    ArchitectureRules.of("io.certferry.messaging").check();
  }
}
