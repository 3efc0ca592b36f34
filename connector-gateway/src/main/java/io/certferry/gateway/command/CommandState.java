package io.certferry.gateway.command;

/** Where a command's row stands. */
public enum CommandState {
  /** Anybody may claim it. */
  READY,
  /** Leased; nothing was said to the CA under this lease that could issue. */
  CLAIMED,
  /** Leased, and the CA may have issued: once the lease is over the outcome is unknown. */
  SUBMITTING,
  /** Becomes READY at its time; no lease, no thread. */
  WAITING,
  /** Has a result. */
  DONE
}
