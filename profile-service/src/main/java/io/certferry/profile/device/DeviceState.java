package io.certferry.profile.device;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether a device may be given anything. */
public enum DeviceState {
  /** It checks in. */
  ACTIVE,
  /** It left its MDM; the next report makes it another device. */
  UNENROLLED,
  /** Taken out of use; only a new MDM enrolment brings it back. */
  RETIRED,
  /** Erased; only a new MDM enrolment brings it back. */
  WIPED,
  /** In unknown hands; only a new MDM enrolment brings it back. */
  LOST;

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<DeviceState> of(String id) {
    return Arrays.stream(values()).filter(s -> s.id().equals(id)).findFirst();
  }
}
