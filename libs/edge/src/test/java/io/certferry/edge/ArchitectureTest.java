package io.certferry.edge;

import io.certferry.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void followsTheHouseRules() {
    ArchitectureRules.of("io.certferry.edge").check();
  }
}
