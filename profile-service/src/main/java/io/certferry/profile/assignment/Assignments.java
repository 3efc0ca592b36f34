package io.certferry.profile.assignment;

import io.certferry.contracts.event.DeviceCheckedIn;
import java.util.List;

/** Whom a profile is for. */
public record Assignments(List<Target> include, List<Target> exclude) {

  public static final Assignments NONE = new Assignments(List.of(), List.of());

  public Assignments {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Included by one line and excluded by none. */
  public boolean cover(DeviceCheckedIn checkIn) {
    return include.stream().anyMatch(t -> t.covers(checkIn))
        && exclude.stream().noneMatch(t -> t.covers(checkIn));
  }
}
