package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

  private final AtomicLong nanos = new AtomicLong();
  private final CircuitBreaker breaker = new CircuitBreaker(3, Duration.ofSeconds(30), nanos::get);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }

  @Test
  void letsEverythingPassWhileTheCaAnswers() {
    // When
    fail(2);
    breaker.succeeded();
    fail(2);

    // Then
    assertThat(breaker.permits(10)).isEqualTo(10);
  }

  @Test
  void leavesASilentCaAloneButForOneCallPerInterval() {
    // When
    fail(3);

    // Then
    assertThat(breaker.permits(10)).isZero();
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(breaker.permits(10)).isEqualTo(1);
    breaker.begun();
    assertThat(breaker.permits(10)).isZero();
  }

  @Test
  void callsACaThatIsDownForADayAtMostOnceEachHalfMinute() {
    // Given
    fail(3);
    int calls = 0;

    // When: a virtual day, with work waiting all the time
    for (int second = 0; second < 86_400; second++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      int permitted = breaker.permits(16);
      if (permitted > 0) {
        breaker.begun();
        calls += permitted;
        breaker.failed();
      }
    }

    // Then
    assertThat(calls).isBetween(2_800, 2_880);
  }

  @Test
  void opensAgainForAllWithTheFirstAnswer() {
    // Given
    fail(3);

    // When
    boolean wasOpen = breaker.succeeded();

    // Then
    assertThat(wasOpen).isTrue();
    assertThat(breaker.permits(10)).isEqualTo(10);
  }
}
