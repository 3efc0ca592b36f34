package io.certferry.systemtests;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of DESIGN section 10 with their bars, as Markdown. */
final class BenchTable {

  private record Line(String what, String measured, String bar, String verdict) {}

  private final List<Line> lines = new ArrayList<>();

  void add(String what, String measured, String bar, boolean met) {
    line(new Line(what, measured, bar, met ? "met" : "MISSED"));
  }

  /** A figure that others are compared with. */
  void add(String what, String measured) {
    line(new Line(what, measured, "", ""));
  }

  private void line(Line line) {
    lines.add(line);
    System.out.println("bench: " + line.what() + ": " + line.measured() + " " + line.verdict());
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder("| what | measured | bar | |\n|---|---|---|---|\n");
    for (Line line : lines) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s |%n",
              line.what(),
              line.measured(),
              line.bar(),
              line.verdict()));
    }
    return table.toString();
  }
}
