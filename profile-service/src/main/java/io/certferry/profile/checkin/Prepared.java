package io.certferry.profile.checkin;

import io.certferry.contracts.grant.Grant;
import io.certferry.profile.enrolment.Decision;
import io.certferry.profile.enrolment.Ended;
import io.certferry.profile.evaluation.DeviceCase;
import io.certferry.profile.imported.Ending;
import io.certferry.profile.imported.UserImports;
import java.time.Instant;
import java.util.HashMap;
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
 * @param imports the users' imports that were looked at
 */
record Prepared(
    List<CheckInOutcome> outcomes,
    List<DeviceCase> cases,
    List<Decision.Signed> decisions,
    UserImports imports,
    Instant at) {

  /** Imports that devices should no longer have. */
  List<Ending> importEndings() {
    return cases.stream().flatMap(device -> device.importEndings().stream()).toList();
  }

  /** Which import each request of an import is about. */
  Map<UUID, UUID> importsOfRequests() {
    Map<UUID, UUID> ids = new HashMap<>();
    for (Decision.Signed signed : decisions) {
      Grant grant = signed.decision().grant();
      if (grant.importedPfx() != null) {
        ids.put(grant.requestId(), grant.importedPfx().importId());
      }
    }
    return ids;
  }

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
