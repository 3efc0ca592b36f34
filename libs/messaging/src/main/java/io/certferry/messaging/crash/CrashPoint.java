package io.certferry.messaging.crash;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A place where the process can be made to die as if its power were cut. The system property {@code
 * certferry.crash-at} or the environment variable {@code CERTFERRY_CRASH_AT} names one, {@code
 * NAME} or {@code NAME:n} for the n-th time it is reached; without it a hit costs two comparisons.
 * Tests within one JVM {@linkplain #rehearse rehearse} a death instead.
 */
public enum CrashPoint {
  RELAY_BEFORE_SEND,
  RELAY_AFTER_SEND_BEFORE_DELETE,
  RELAY_AFTER_DELETE,
  INTAKE_BEFORE_COMMIT,
  INTAKE_AFTER_COMMIT_BEFORE_ACK,
  PROFILE_CHECKIN_BEFORE_COMMIT,
  PROFILE_CHECKIN_AFTER_COMMIT,
  PROFILE_RESEND_BEFORE_COMMIT,
  ISSUANCE_KEY_BEFORE_COMMIT,
  ISSUANCE_KEY_AFTER_COMMIT,
  ISSUANCE_POOL_BEFORE_COMMIT,
  ISSUANCE_PACKAGE_BEFORE_COMMIT,
  ISSUANCE_PACKAGE_AFTER_COMMIT,
  ISSUANCE_ACK_BEFORE_COMMIT,
  ISSUANCE_ACK_AFTER_COMMIT,
  ISSUANCE_DESTROY_BEFORE_COMMIT,
  ISSUANCE_DESTROY_AFTER_COMMIT,
  REVOCATION_BARRIER_BEFORE_COMMIT,
  GATEWAY_CLAIM_AFTER_COMMIT,
  GATEWAY_ATTEMPT_BEFORE_COMMIT,
  GATEWAY_ATTEMPT_AFTER_COMMIT_BEFORE_CA,
  GATEWAY_AFTER_CA_BEFORE_OUTCOME,
  GATEWAY_OUTCOME_AFTER_COMMIT,
  GATEWAY_RECONCILE_BEFORE_SEARCH,
  GATEWAY_RECONCILE_AFTER_SEARCH,
  BUILTIN_CA_BEFORE_LEDGER_COMMIT,
  BUILTIN_CA_AFTER_LEDGER_COMMIT,
  BUILTIN_CA_AFTER_SIGN_BEFORE_STORE,
  PFX_IMPORT_BEFORE_COMMIT,
  PFX_IMPORT_AFTER_COMMIT,
  PFX_REWRAP_BEFORE_COMMIT,
  PFX_PACKAGE_BEFORE_COMMIT,
  PFX_PACKAGE_AFTER_COMMIT,
  PFX_HANDOVER_BEFORE_SEND,
  PFX_HANDOVER_AFTER_ANSWER,
  PFX_HANDOVER_AFTER_COMMIT,
  PFX_TAKE_BEFORE_COMMIT,
  PFX_TAKE_AFTER_COMMIT;

  /** The exit code of a process killed by SIGKILL, which this imitates. */
  private static final int KILLED = 137;

  private static final @Nullable Armed ARMED = Armed.configured();
  private static volatile @Nullable Armed rehearsed;

  /**
   * Dies here, without running any shutdown hook, if this point is the armed one and its count is
   * reached.
   */
  public void hit() {
    if (ARMED != null && ARMED.point == this && ARMED.remaining.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
    Armed now = rehearsed;
    if (now != null && now.point == this && now.remaining.decrementAndGet() == 0) {
      throw new PowerCut();
    }
  }

  /**
   * For tests: the next thread that comes to this point ends there with a {@link PowerCut}, and
   * nothing that it still had to do is done.
   */
  public void rehearse() {
    rehearsed = new Armed(this, new AtomicInteger(1));
  }

  /** Whether somebody ended at the point that was rehearsed last. */
  public static boolean isRehearsed() {
    Armed last = rehearsed;
    return last != null && last.remaining.get() <= 0;
  }

  /** What a rehearsed death looks like: no handler of exceptions mistakes it for one. */
  public static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;

    private PowerCut() {
      super("rehearsed", null, false, false);
    }
  }

  private record Armed(CrashPoint point, AtomicInteger remaining) {

    static @Nullable Armed configured() {
      String text = System.getProperty("certferry.crash-at", System.getenv("CERTFERRY_CRASH_AT"));
      return text == null || text.isBlank() ? null : parse(text);
    }

    static Armed parse(String text) {
      String[] parts = text.split(":", 2);
      int count = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
      return new Armed(CrashPoint.valueOf(parts[0]), new AtomicInteger(count));
    }
  }
}
