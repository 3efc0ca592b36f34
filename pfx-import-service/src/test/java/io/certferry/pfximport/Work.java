package io.certferry.pfximport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/**
 * What a parser cost.
 *
 * @param allocatedBytes all that its thread allocated, garbage too
 * @param heldBytes by how much the old generation grew at its peak: the young one of a JVM that
 *     fuzzes has 16 MiB (pom.xml), so that all beyond it, and each larger array, is seen there
 */
record Work(long allocatedBytes, long heldBytes) {

  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final long YOUNG_BYTES = 16L * 1024 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final MemoryPoolMXBean OLD_GENERATION =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP && pool.isUsageThresholdSupported())
          .findFirst()
          .orElseThrow();

  /**
   * Measures. What seems too much is done once more, and that counts: at its first use a class is
   * loaded and instrumented by the fuzzer, in this thread.
   */
  static Work of(Runnable parser) {
    Work first = measured(parser);
    return first.isLittle() ? first : measured(parser);
  }

  /** For what derives nothing: not even garbage in excess. */
  void allocatesLittle() {
    assertThat(allocatedBytes).as("bytes allocated").isLessThan(MOST_BYTES);
    holdsLittle();
  }

  /** For what derives keys, whose iterations leave garbage behind. */
  void holdsLittle() {
    assertThat(heldBytes).as("bytes held").isLessThan(MOST_BYTES - YOUNG_BYTES);
  }

  private boolean isLittle() {
    return allocatedBytes < MOST_BYTES;
  }

  private static Work measured(Runnable parser) {
    OLD_GENERATION.resetPeakUsage();
    long held = OLD_GENERATION.getUsage().getUsed();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    parser.run();
    return new Work(
        THREADS.getCurrentThreadAllocatedBytes() - allocated,
        OLD_GENERATION.getPeakUsage().getUsed() - held);
  }
}
