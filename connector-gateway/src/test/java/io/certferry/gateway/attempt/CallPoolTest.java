package io.certferry.gateway.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CallPoolTest {

  @Test
  void letsNoTenantStandBehindAllThatAnotherClaimedAhead() throws InterruptedException {
    // Given
    CallPool pool = new CallPool("ca", 1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> served = new CopyOnWriteArrayList<>();
    pool.execute(
        "a",
        () -> {
          begun.countDown();
          await(goOn);
        });
    await(begun);

    // When
    for (int i = 0; i < 3; i++) {
      pool.execute("a", () -> served.add("a"));
    }
    pool.execute("b", () -> served.add("b"));
    goOn.countDown();
    pool.stop();

    // Then
    assertThat(served).containsExactly("a", "b", "a", "a");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
