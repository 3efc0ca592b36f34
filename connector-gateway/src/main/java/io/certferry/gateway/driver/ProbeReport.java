package io.certferry.gateway.driver;

import java.util.List;

/** What a look at the CA found. */
public record ProbeReport(boolean reachable, List<Finding> findings) {

  /**
   * @param check stable name, such as reachable, templates, crl
   * @param sentence for people, says what to do when it is not well
   */
  public record Finding(String check, boolean ok, String sentence) {}

  public boolean ok() {
    return reachable && findings.stream().allMatch(Finding::ok);
  }
}
