package io.certferry.profile.lifecycle;

import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceState;
import io.certferry.profile.input.Characters;
import java.time.Instant;
import java.util.Optional;

/**
 * A device or its user left.
 *
 * @param change as the MDM said it, with the time of it
 */
record Departure(String tenant, DeviceLifecycleChanged change, Instant occurredAt) {

  static final String USER_REMOVED = "user-removed";

  private static final int MAX_USER_ID = 256;

  DeviceKey device() {
    return new DeviceKey(tenant, change.deviceId());
  }

  /** What the device is from now on; empty if only its user left. */
  Optional<DeviceState> state() {
    return DeviceState.of(change.event());
  }

  /** All that is wrong with an event. */
  static void check(DeviceLifecycleChanged change, FieldErrors errors) {
    errors.require(
        Keys.DEVICE_ID.matcher(change.deviceId()).matches(),
        "/deviceId",
        "format",
        "must match " + Keys.DEVICE_ID.pattern());
    Optional<DeviceState> state = DeviceState.of(change.event());
    boolean known =
        change.event().equals(USER_REMOVED)
            || state.filter(s -> s != DeviceState.ACTIVE).isPresent();
    errors.require(
        known,
        "/event",
        "unknown-event",
        "must be one of unenrolled, retired, wiped, lost, user-removed");
    String user = change.userId();
    if (change.event().equals(USER_REMOVED) && user == null) {
      errors.add("/userId", "required", "must be given with user-removed");
    }
    if (user != null) {
      errors.require(
          user.length() <= MAX_USER_ID && Characters.arePlain(user),
          "/userId",
          "format",
          "must name a user");
    }
  }
}
