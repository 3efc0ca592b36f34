package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.profile.catalogue.Platform;

/** Whether a profile that is assigned to a device can be delivered to it. */
public sealed interface Suitability {

  /**
   * It can.
   *
   * @param subject whose enrolment it is
   */
  record Suitable(String subject) implements Suitability {}

  /**
   * It cannot.
   *
   * @param state not-applicable where nothing is wrong, else error
   * @param rule stable: platform, no-user, unrenderable
   */
  record Unsuitable(String subject, String state, String rule, String message)
      implements Suitability {

    static Unsuitable unrenderable(String subject, String message) {
      return new Unsuitable(subject, "error", "unrenderable", message);
    }
  }

  static Suitability of(CataloguedProfile profile, DeviceCheckedIn checkIn) {
    Platform platform = Platform.of(checkIn.platform()).orElse(null);
    if (platform == null || !profile.settings().platforms().contains(platform)) {
      return new Unsuitable(
          NaturalKey.NONE,
          "not-applicable",
          "platform",
          "the profile is not for " + checkIn.platform());
    }
    if (!profile.isPerUser()) {
      return new Suitable(NaturalKey.NONE);
    }
    return checkIn.user() == null
        ? new Unsuitable(
            NaturalKey.NONE,
            "not-applicable",
            "no-user",
            "a user's certificate needs a device with a user")
        : new Suitable(checkIn.user().id());
  }
}
