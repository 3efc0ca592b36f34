package io.certferry.gateway.command;

/** The next thing to do for a command. */
public enum Action {
  /** Submit the CSR, for the first time or again. */
  SUBMIT,
  /** Find out what became of a submission without an answer. */
  RECONCILE,
  /** Ask about a pending request. */
  POLL,
  /** Answer a query of the command's sender. */
  QUERY,
  /** Take a certificate back. */
  REVOKE
}
