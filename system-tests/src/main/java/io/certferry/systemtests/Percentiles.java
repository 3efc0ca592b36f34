package io.certferry.systemtests;

import java.util.Arrays;
import java.util.Collection;

/** Order statistics of a set of measurements. */
record Percentiles(double[] sorted) {

  static Percentiles of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    return new Percentiles(sorted);
  }

  /** The smallest value that at least the given share of values does not exceed (nearest rank). */
  double at(double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Percentiles percentiles && Arrays.equals(sorted, percentiles.sorted);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sorted);
  }

  @Override
  public String toString() {
    return "Percentiles[n=%d, p50=%.1f, p99=%.1f]".formatted(sorted.length, at(0.5), at(0.99));
  }
}
