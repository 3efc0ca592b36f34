package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.messaging.Cause;
import io.certferry.profile.device.DeviceKey;
import java.time.Instant;

/**
 * A device's report on its way to evaluation.
 *
 * @param occurredAt the report's own, else when it arrived
 */
public record CheckIn(String tenant, DeviceCheckedIn report, Instant occurredAt, Cause cause) {

  public DeviceKey device() {
    return new DeviceKey(tenant, report.deviceId());
  }
}
