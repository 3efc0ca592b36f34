package io.certferry.profile.enrolment;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.profile.device.DeviceKey;
import java.util.UUID;

/**
 * What generations belong to.
 *
 * @param subject the user's id, or {@code -} for what is the device's own
 */
public record EnrolmentKey(DeviceKey device, String subject, UUID profileId) {

  /** The natural key of one generation. */
  public NaturalKey generation(int generation) {
    return new NaturalKey(
        device.tenant(), device.deviceId(), subject, profileId, NaturalKey.NONE, generation);
  }
}
