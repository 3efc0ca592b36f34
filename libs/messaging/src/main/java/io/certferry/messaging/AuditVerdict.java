package io.certferry.messaging;

import java.util.List;

/**
 * What verifying a chain found.
 *
 * @param writer whose chain
 * @param intact whether nothing was found
 * @param entries sealed entries looked at
 * @param unsealed entries appended and not sealed yet
 * @param head the end of the chain, to compare with or keep as a checkpoint
 * @param findings the first ones, at most 100, by position
 */
public record AuditVerdict(
    String writer,
    boolean intact,
    long entries,
    long unsealed,
    AuditCheckpoint head,
    List<Finding> findings) {

  /** One break. */
  public record Finding(Kind kind, long position, String detail) {}

  /** How the chain is broken. */
  public enum Kind {
    /** An entry is not what was sealed at its position: edited, or moved. */
    ALTERED,
    /** A position between others has no entry. */
    MISSING,
    /** An entry does not continue the one before it: something was put in or taken out. */
    UNLINKED,
    /** The chain ends before its head or before a checkpoint. */
    TRUNCATED,
    /** Entries stand behind the head. */
    BEYOND_HEAD,
    /** The entry at a checkpoint's position has another hash: the chain was rewritten. */
    REWRITTEN
  }
}
