package io.certferry.testkit.peer;

/** What a peer says to a client that breaks a rule of the protocol. */
final class Complaint extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Complaint(String message) {
    super(message);
  }

  /**
   * @throws Complaint that names the rule, unless it holds
   */
  static void check(boolean holds, String rule) {
    if (!holds) {
      throw new Complaint("broken: " + rule);
    }
  }
}
