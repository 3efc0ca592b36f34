package io.certferry.testkit.ca;

/** What the lying CA does with a submission. */
public enum Lie {
  /** Issues and answers. */
  NONE,
  /** Issues, and the answer is lost. */
  ISSUES_THEN_DROPS,
  /** The submission never arrives, and nobody can know. */
  DROPS_BEFORE_RECEIPT,
  /**
   * The answer is lost, and the certificate appears in the ledger only with {@link
   * LyingCa#catchUp()}.
   */
  ISSUES_LATE,
  /** Issues two certificates for the one submission and answers with the second. */
  ISSUES_TWICE,
  /** Answers with the certificate of an earlier request. */
  ANSWERS_FOR_ANOTHER,
  /** Waits for a manager. */
  PENDS,
  /** Denies. */
  DENIES,
  /** Certifies a key of its own. */
  WRONG_KEY,
  /** Adds an alternative name that nobody asked for. */
  EXTRA_SAN,
  /** Issues for twice as long. */
  LONGER_VALIDITY,
  /** Cannot be reached: certainly took nothing. */
  DOWN
}
