package io.certferry.gateway.driver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a look at the CA found. */
public record ProbeReport(boolean reachable, List<Finding> findings) {

  /**
   * @param check stable name, such as reachable, templates, crl
   * @param sentence for people, says what to do when it is not well
   * @param code of the fault, where it is one of those in {@code docs/CONNECTORS.md}
   */
  public record Finding(String check, boolean ok, String sentence, @Nullable String code) {

    public Finding(String check, boolean ok, String sentence) {
      this(check, ok, sentence, null);
    }
  }

  public boolean ok() {
    return reachable && findings.stream().allMatch(Finding::ok);
  }
}
