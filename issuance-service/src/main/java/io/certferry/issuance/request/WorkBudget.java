package io.certferry.issuance.request;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How much a stage takes on at once: as many rows as fit half of its budget at the pace of the last
 * claims, so that next to nothing is claimed only to be handed back, however slow the machine or
 * the kind of key. Several threads of a stage share one.
 */
public final class WorkBudget {

  private static final int FIRST_ROWS = 4;
  private static final double WEIGHT_OF_THE_LAST = 0.25;

  private final int mostRows;
  private final Duration budget;
  private volatile double nanosPerRow;

  public WorkBudget(StageConfig.Loop config) {
    this.mostRows = config.batchSize();
    this.budget = config.budget();
    this.nanosPerRow = budget.toNanos() / 2.0 / FIRST_ROWS;
  }

  /** How many rows the next claim may take; at least one. */
  public int rows() {
    return (int) Math.max(1, Math.min(mostRows, budget.toNanos() / 2.0 / nanosPerRow));
  }

  /**
   * Works on claimed rows in their order until the budget is spent; at least on one.
   *
   * @param unworked what becomes of a row for which no time is left
   * @return an outcome for each
   */
  public <C, O> List<O> spend(List<C> claims, Function<C, O> work, Function<C, O> unworked) {
    long begun = System.nanoTime();
    List<O> outcomes = new ArrayList<>(claims.size());
    int worked = 0;
    for (C claim : claims) {
      boolean isSpent = worked > 0 && System.nanoTime() - begun > budget.toNanos();
      outcomes.add(isSpent ? unworked.apply(claim) : work.apply(claim));
      worked += isSpent ? 0 : 1;
    }
    if (worked > 0) {
      note((System.nanoTime() - begun) / (double) worked);
    }
    return outcomes;
  }

  /** Threads may overwrite each other's note: it is an estimate. */
  private void note(double nanos) {
    nanosPerRow += WEIGHT_OF_THE_LAST * (Math.max(1, nanos) - nanosPerRow);
  }
}
