package io.certferry.issuance.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WorkBudgetTest {

  private static final List<Integer> ROWS = List.of(1, 2, 3, 4);

  @Test
  void aQuickStageClaimsAsMuchAsItMay() {
    WorkBudget budget = budget(Duration.ofSeconds(10));

    for (int claim = 0; claim < 20; claim++) {
      budget.spend(ROWS, Function.identity(), row -> -row);
    }

    assertThat(budget.rows()).isEqualTo(16);
  }

  @Test
  void aStageThatOnceTookAllItsTimeClaimsLess() {
    WorkBudget budget = budget(Duration.ofMillis(2));
    int before = budget.rows();

    List<Integer> outcomes = budget.spend(ROWS, WorkBudgetTest::slowly, row -> -row);

    assertThat(outcomes).containsExactly(1, -2, -3, -4);
    assertThat(budget.rows()).isLessThan(before).isEqualTo(1);
  }

  /** Takes longer than the budget of two milliseconds. */
  private static Integer slowly(Integer row) {
    long until = System.nanoTime() + Duration.ofMillis(3).toNanos();
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    return row;
  }

  private static WorkBudget budget(Duration budget) {
    return new WorkBudget(
        new StageConfig.Loop() {
          @Override
          public boolean enabled() {
            return true;
          }

          @Override
          public int threads() {
            return 1;
          }

          @Override
          public int batchSize() {
            return 16;
          }

          @Override
          public Duration budget() {
            return budget;
          }

          @Override
          public Duration pollInterval() {
            return Duration.ofMillis(100);
          }
        });
  }
}
