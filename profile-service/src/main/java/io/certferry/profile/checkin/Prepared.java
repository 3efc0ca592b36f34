package io.certferry.profile.checkin;

import io.certferry.profile.enrolment.Decision;
import io.certferry.profile.enrolment.Ended;
import io.certferry.profile.evaluation.DeviceCase;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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

  /** Requests that are no longer wanted: request id to reason. */
  Map<UUID, String> endings() {
    Map<UUID, String> endings = new LinkedHashMap<>();
    cases.forEach(device -> endings.putAll(device.endings()));
    return endings;
  }

  /** Certificates that newer generations will replace. */
  List<Ended> replaced() {
    return cases.stream().flatMap(device -> device.replaced().stream()).toList();
  }

  boolean writesNothing() {
    return cases.isEmpty();
  }
}
