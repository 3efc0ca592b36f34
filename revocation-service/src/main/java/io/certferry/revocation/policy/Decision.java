package io.certferry.revocation.policy;

/**
 * One cell of the table.
 *
 * @param reason what the CA is told; of no meaning unless the action is revoke
 * @param removeFromDevice whether the device is asked to remove the certificate and its key
 * @param timing when it takes effect
 * @param priority which queue it waits in
 */
public record Decision(
    Action action, Reason reason, boolean removeFromDevice, Timing timing, Priority priority) {

  static final Decision KEEP =
      new Decision(Action.KEEP, Reason.UNSPECIFIED, false, Timing.NOW, Priority.LIFECYCLE);

  static final Decision REMOVE =
      new Decision(Action.REMOVE, Reason.UNSPECIFIED, true, Timing.NOW, Priority.LIFECYCLE);

  /** Revoke and remove, now, as part of the device's or user's life. */
  static Decision revoke(Reason reason) {
    return new Decision(Action.REVOKE, reason, true, Timing.NOW, Priority.LIFECYCLE);
  }

  Decision urgent() {
    return new Decision(action, reason, removeFromDevice, timing, Priority.COMPROMISE);
  }

  Decision onceReplaced() {
    return new Decision(
        action, reason, removeFromDevice, Timing.ONCE_REPLACED, Priority.SUPERSEDED);
  }

  Decision deferrable() {
    return new Decision(action, reason, removeFromDevice, timing, Priority.SUPERSEDED);
  }

  Decision withoutRemoval() {
    return new Decision(action, reason, false, timing, priority);
  }

  /** Only the device's part of it, when there is no certificate to revoke. */
  public Decision removalOnly() {
    return new Decision(Action.REMOVE, reason, true, timing, priority);
  }

  /** The same with another reason; a compromise is urgent whatever the trigger. */
  public Decision because(Reason other) {
    Priority changed = other.isCompromise() ? Priority.COMPROMISE : priority;
    return new Decision(action, other, removeFromDevice, timing, changed);
  }

  /** As the docs show it: {@code revoke superseded + remove, once replaced}. */
  String text() {
    String what =
        switch (action) {
          case KEEP -> "keep";
          case REMOVE -> "remove";
          case REVOKE -> "revoke `" + reason.code() + "`" + (removeFromDevice ? " + remove" : "");
        };
    return timing == Timing.ONCE_REPLACED ? what + ", once replaced" : what;
  }
}
