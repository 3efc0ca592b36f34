package io.certferry.profile.device;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a tenant's device certificates say which device they are of. */
public enum Binding {
  /** A common name of the subject is the deviceId. */
  SUBJECT_CN,
  /** A URI among the alternative names is the deviceId, or ends in it after a slash or colon. */
  SAN_URI,
  /** The first key seen is the device's until it leaves. */
  PINNED;

  static Optional<Binding> of(String id) {
    return Arrays.stream(values())
        .filter(b -> b.name().equals(id.toUpperCase(Locale.ROOT).replace('-', '_')))
        .findFirst();
  }
}
