package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TemplateBreakersTest {

  private final AtomicLong nanos = new AtomicLong();
  private final TemplateBreakers breakers = new TemplateBreakers(nanos::get);

  @Test
  void sparesTheCaATemplateThatCannotWork() {
    // When
    for (int i = 0; i < 3; i++) {
      assertThat(breakers.takes("User")).isTrue();
      breakers.misconfigured("User");
    }

    // Then
    assertThat(breakers.takes("User")).isFalse();
    assertThat(breakers.takes("Workstation")).isTrue();
  }

  @Test
  void triesOnceAMinuteWhetherItWasMended() {
    // Given
    for (int i = 0; i < 3; i++) {
      breakers.misconfigured("User");
    }

    // When
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());

    // Then
    assertThat(breakers.takes("User")).isTrue();
    assertThat(breakers.takes("User")).isFalse();
    breakers.accepted("User");
    assertThat(breakers.takes("User")).isTrue();
    assertThat(breakers.takes("User")).isTrue();
  }
}
