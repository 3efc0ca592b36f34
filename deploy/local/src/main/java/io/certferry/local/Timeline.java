package io.certferry.local;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Prints steps with the seconds since the beginning. */
final class Timeline {

  private final PrintStream out;
  private final long start = System.nanoTime();

  Timeline(PrintStream out) {
    this.out = out;
  }

  void step(String text) {
    out.printf(Locale.ROOT, "%7.2f s  %s%n", elapsed().toMillis() / 1000.0, text);
    out.flush();
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
