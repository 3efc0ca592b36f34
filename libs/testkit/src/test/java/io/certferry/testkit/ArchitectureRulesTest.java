package io.certferry.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchitectureRulesTest {

  @Test
  void holdForContracts() {
    assertThatCode(() -> ArchitectureRules.of("io.certferry.contracts").check())
        .doesNotThrowAnyException();
  }

  @Test
  void tellEveryBrokenRuleAtOnce() {
    assertThatThrownBy(
            () -> ArchitectureRules.of("io.certferry.testkit", WrongHelper.class).check())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("named for what they are")
        .hasMessageContaining("java.time.InstantSource")
        .hasMessageContaining("SecureRandom");
  }

  @Test
  void refuseToCheckNothing() {
    assertThatThrownBy(() -> ArchitectureRules.of("io.certferry.nowhere").check())
        .isInstanceOf(AssertionError.class);
  }

  static final class WrongHelper {
    private WrongHelper() {}

    static long wrong() {
      return new Random(1).nextLong() + Instant.now().toEpochMilli();
    }
  }
}
