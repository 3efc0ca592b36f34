package io.certferry.profile.enrolment;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.profile.device.DeviceKey;
import java.util.UUID;

/**
 * What generations belong to.
 *
 * @param subject the user's id, or {@code -} for what is the device's own
 * @param item an import's thumbprint, or {@code -}
 */
public record EnrolmentKey(DeviceKey device, String subject, UUID profileId, String item) {

  /** What has no items. */
  public EnrolmentKey(DeviceKey device, String subject, UUID profileId) {
    this(device, subject, profileId, NaturalKey.NONE);
  }

  /** Whether it is about an import. */
  public boolean isOfImport() {
    return !item.equals(NaturalKey.NONE);
  }

  /** The natural key of one generation. */
  public NaturalKey generation(int generation) {
    return new NaturalKey(device.tenant(), device.deviceId(), subject, profileId, item, generation);
  }
}
