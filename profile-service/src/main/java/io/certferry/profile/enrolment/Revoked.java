package io.certferry.profile.enrolment;

import io.certferry.contracts.event.RequestState;
import java.util.EnumSet;
import java.util.Set;

/** What a revocation's trigger means for what comes next. */
public final class Revoked {

  /**
   * After these the device or user is as entitled as before, and gets a new generation with a new
   * key. After any other the cause may still hold, and only an edited profile or another enrolment
   * of the device begins anew.
   */
  public static final Set<String> REPLACED_AFTER =
      Set.of("key-compromise", "connector-compromise", "mass");

  /** States of a request that an order of revocation-service ended. */
  static final Set<RequestState> STATES =
      EnumSet.of(RequestState.REVOKING, RequestState.REVOKED, RequestState.CANCELLED);

  private Revoked() {}
}
