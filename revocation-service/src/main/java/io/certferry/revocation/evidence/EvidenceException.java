package io.certferry.revocation.evidence;

/** Something fetched proves nothing; the message says what, for people, and repeats no content. */
final class EvidenceException extends Exception {

  private static final long serialVersionUID = 1L;

  private final EvidenceProblem problem;

  EvidenceException(EvidenceProblem problem, String message) {
    super(message);
    this.problem = problem;
  }

  EvidenceProblem problem() {
    return problem;
  }

  /** The message, never null. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
