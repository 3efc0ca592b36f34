package io.certferry.profile.checkin;

import io.certferry.profile.enrolment.Decision;
import io.certferry.profile.evaluation.DeviceCase;
import java.time.Instant;
import java.util.List;

/**
 * Check-ins that were thought through and wait for their transaction.
 *
 * @param outcomes in the order of the reports
 * @param cases devices with something to write
 * @param decisions signed, in the order in which commands shall go out
 */
record Prepared(
    List<CheckInOutcome> outcomes,
    List<DeviceCase> cases,
    List<Decision.Signed> decisions,
    Instant at) {

  boolean writesNothing() {
    return cases.isEmpty();
  }
}
