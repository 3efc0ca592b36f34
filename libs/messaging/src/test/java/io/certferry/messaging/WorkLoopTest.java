package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkLoopTest {

  private static final Duration NEVER = Duration.ofHours(1);

  private final BlockingQueue<Integer> steps = new ArrayBlockingQueue<>(100);
  private @Nullable WorkLoop loop;

  @AfterEach
  void stop() {
    if (loop != null) {
      loop.stop();
    }
  }

  @Test
  void repeatsAtOnceWhileThereIsWork() throws InterruptedException {
    // Given
    AtomicInteger left = new AtomicInteger(3);

    // When
    start(NEVER, () -> recorded(Math.max(0, left.getAndDecrement())));

    // Then
    assertThat(next()).isEqualTo(3);
    assertThat(next()).isEqualTo(2);
    assertThat(next()).isEqualTo(1);
    assertThat(next()).isZero();
  }

  @Test
  void wakesWhenNudged() throws InterruptedException {
    // Given
    WorkLoop started = start(NEVER, () -> recorded(0));
    assertThat(next()).isZero();

    // When
    started.nudge();

    // Then
    assertThat(next()).isZero();
  }

  @Test
  void doesNotMissANudgeDuringItsStep() throws InterruptedException {
    // Given
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    WorkLoop started =
        start(
            NEVER,
            () -> {
              inStep.countDown();
              goOn.await();
              return recorded(0);
            });
    inStep.await();

    // When
    started.nudge();
    goOn.countDown();

    // Then
    assertThat(next()).isZero();
    assertThat(next()).isZero();
  }

  @Test
  void looksAgainAfterThePollInterval() throws InterruptedException {
    // When
    start(Duration.ofMillis(10), () -> recorded(0));

    // Then
    assertThat(next()).isZero();
    assertThat(next()).isZero();
  }

  @Test
  void triesAgainAfterAFailure() throws InterruptedException {
    // Given
    AtomicInteger calls = new AtomicInteger();

    // When
    start(
        NEVER,
        () -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("on purpose");
          }
          return recorded(0);
        });

    // Then
    assertThat(next()).isZero();
  }

  @Test
  void endsItsThreadsAtStop() {
    // Given
    WorkLoop started = start(NEVER, () -> 0);

    // When
    started.stop();

    // Then
    assertThat(started.isRunning()).isFalse();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("loop-under-test"));
  }

  @Test
  void backsOffLongerEachTimeAndNotForEver() {
    assertThat(WorkLoop.backoff(1, Duration.ofMillis(100), Duration.ofSeconds(5)))
        .isBetween(Duration.ofMillis(50), Duration.ofMillis(101));
    assertThat(WorkLoop.backoff(100, Duration.ofMillis(100), Duration.ofSeconds(5)))
        .isBetween(Duration.ofMillis(2500), Duration.ofMillis(5001));
  }

  private WorkLoop start(Duration poll, java.util.concurrent.Callable<Integer> step) {
    WorkLoop started = new WorkLoop("loop-under-test", 1, poll, step);
    loop = started;
    started.start();
    return started;
  }

  private int recorded(int worked) {
    steps.add(worked);
    return worked;
  }

  private int next() throws InterruptedException {
    Integer step = steps.poll(10, TimeUnit.SECONDS);
    if (step == null) {
      throw new AssertionError("the loop did not take another step");
    }
    return step;
  }
}
