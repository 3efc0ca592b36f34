package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.profile.catalogue.Platform;
import io.certferry.profile.catalogue.ProfileKind;
import io.certferry.profile.imported.UserImport;

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
   * @param rule stable: platform, no-user, no-user-principal-name, no-import, import-failed,
   *     unrenderable
   */
  record Unsuitable(String subject, String state, String rule, String message)
      implements Suitability {

    static Unsuitable withoutImport(String subject, String purpose) {
      return new Unsuitable(
          subject,
          "not-applicable",
          "no-import",
          "no certificate of the purpose " + purpose + " was imported for the user");
    }

    static Unsuitable importFailed(String subject, UserImport imported) {
      return new Unsuitable(
          subject,
          "error",
          "import-failed",
          "the import " + imported.thumbprint() + " does not open: " + imported.reason());
    }

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
    if (checkIn.user() == null) {
      return new Unsuitable(
          NaturalKey.NONE,
          "not-applicable",
          "no-user",
          "a user's certificate needs a device with a user");
    }
    boolean nameless =
        profile.settings().kind() == ProfileKind.IMPORTED_PFX
            && checkIn.user().userPrincipalName() == null;
    return nameless
        ? new Unsuitable(
            checkIn.user().id(),
            "error",
            "no-user-principal-name",
            "imports are found by the user principal name, and the check-in has none")
        : new Suitable(checkIn.user().id());
  }
}
