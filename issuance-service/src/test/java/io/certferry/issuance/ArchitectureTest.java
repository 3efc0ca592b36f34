package io.certferry.issuance;

import io.certferry.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void keepsTheHouseRules() {
    ArchitectureRules.of("io.certferry.issuance").check();
  }
}
