package io.certferry.pfximport;

import io.certferry.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void keepsToTheHouseRules() {
    ArchitectureRules.of("io.certferry.pfximport").check();
  }
}
