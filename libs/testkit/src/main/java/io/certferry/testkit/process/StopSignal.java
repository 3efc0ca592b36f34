package io.certferry.testkit.process;

/** The signal that asks a program to end in good order. */
public enum StopSignal {
  /** What a JVM expects. */
  TERM,
  /** PostgreSQL's fast shutdown; its TERM waits for every client to leave. */
  INT,
  /**
   * PostgreSQL's immediate shutdown, without a checkpoint: the next start recovers from the log.
   */
  QUIT
}
