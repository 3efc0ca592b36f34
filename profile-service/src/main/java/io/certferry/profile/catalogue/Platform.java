package io.certferry.profile.catalogue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Operating systems that devices report and profiles name. */
public enum Platform {
  IOS,
  MACOS,
  WINDOWS,
  ANDROID,
  LINUX;

  /** As it is written in JSON. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  public static Optional<Platform> of(String id) {
    return Arrays.stream(values()).filter(p -> p.id().equals(id)).findFirst();
  }

  /** All names, for messages. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Platform::id).toList();
  }
}
