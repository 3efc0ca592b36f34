package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  @Test
  void doublesUpToTheLongestPause() {
    assertThat(Backoff.steady(1, FIRST, LONGEST)).isEqualTo(Duration.ofMinutes(1));
    assertThat(Backoff.steady(2, FIRST, LONGEST)).isEqualTo(Duration.ofMinutes(2));
    assertThat(Backoff.steady(6, FIRST, LONGEST)).isEqualTo(Duration.ofMinutes(32));
    assertThat(Backoff.steady(7, FIRST, LONGEST)).isEqualTo(LONGEST);
    assertThat(Backoff.steady(1_000_000, FIRST, LONGEST)).isEqualTo(LONGEST);
  }

  @Test
  void spreadsOverTheWholePause() {
    assertThat(new Backoff(() -> 0).jittered(3, FIRST, LONGEST)).isEqualTo(Duration.ofSeconds(6));
    assertThat(new Backoff(() -> 0.999999).jittered(3, FIRST, LONGEST))
        .isBetween(Duration.ofSeconds(239), Duration.ofMinutes(4));
  }
}
