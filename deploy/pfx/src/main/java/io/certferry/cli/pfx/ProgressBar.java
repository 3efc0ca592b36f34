package io.certferry.cli.pfx;

import java.io.PrintWriter;

/** One line on the terminal that grows. */
final class ProgressBar {

  private static final int WIDTH = 30;

  private final PrintWriter out;
  private final boolean shown;
  private final int total;
  private int done;

  ProgressBar(PrintWriter out, boolean shown, int total) {
    this.out = out;
    this.shown = shown;
    this.total = total;
  }

  void step() {
    done++;
    if (shown) {
      int filled = total == 0 ? WIDTH : WIDTH * done / total;
      out.print(
          "\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + total);
      out.flush();
    }
  }

  void end() {
    if (shown) {
      out.println();
      out.flush();
    }
  }
}
