package io.certferry.profile.evaluation;

import io.certferry.profile.enrolment.Enrolment;
import io.certferry.profile.enrolment.RenewalWindow;
import io.certferry.profile.enrolment.Revoked;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an enrolment needs next. Only here are generations raised, and only when n is finished or
 * its device has become another.
 */
sealed interface NextStep {

  /** It has what it should have, or is on its way. */
  record Nothing() implements NextStep {}

  /** It needs another generation, but the present one is not finished; look again later. */
  record Wait() implements NextStep {}

  /** A new generation. */
  record Enrol(int generation, boolean renewal) implements NextStep {}

  /**
   * The present generation goes out again, encrypted to another device key; what it may hold stays
   * as it was granted.
   */
  record ForNewDeviceKey() implements NextStep {}

  /** The delivery of an import failed, and what was wrong may be mended: the same once more. */
  record Again() implements NextStep {}

  static NextStep of(
      @Nullable Enrolment enrolment, CataloguedProfile profile, String deviceKey, Instant now) {
    if (enrolment == null) {
      return new Enrol(1, false);
    }
    if (enrolment.isEnded()) {
      return new Enrol(enrolment.generation() + 1, false);
    }
    boolean newKey = !enrolment.deviceKeySha256().equals(deviceKey);
    return switch (enrolment.state()) {
      case ACCEPTED, KEYED, SUBMITTING, ISSUED, PENDING_AT_CA, UNKNOWN_AT_CA, PACKAGED ->
          whileOpen(enrolment, profile, newKey);
      case OFFERED ->
          isDue(enrolment, profile, now)
              ? replacement(enrolment, profile)
              : newKey ? new ForNewDeviceKey() : new Nothing();
      case INSTALLED, KEY_DESTROYED ->
          isDue(enrolment, profile, now) ? replacement(enrolment, profile) : new Nothing();
      case DENIED, FAILED, QUARANTINED ->
          isEdited(enrolment, profile)
              ? new Enrol(enrolment.generation() + 1, false)
              : new Nothing();
      case REVOKING, REVOKED, CANCELLED ->
          isEdited(enrolment, profile) || isReplacedAfterRevocation(enrolment)
              ? new Enrol(enrolment.generation() + 1, false)
              : new Nothing();
      case SUPERSEDED -> new Nothing();
    };
  }

  /** A certificate is renewed; a trusted root that changed is just another one. */
  private static Enrol replacement(Enrolment enrolment, CataloguedProfile profile) {
    return new Enrol(enrolment.generation() + 1, !profile.isTrustedRoot());
  }

  private static NextStep whileOpen(
      Enrolment enrolment, CataloguedProfile profile, boolean newKey) {
    if (newKey) {
      return new ForNewDeviceKey();
    }
    return isEdited(enrolment, profile) ? new Wait() : new Nothing();
  }

  /** An import has no other key that could come in its place. */
  private static boolean isReplacedAfterRevocation(Enrolment enrolment) {
    String trigger = enrolment.revocationTrigger();
    return trigger != null
        && Revoked.REPLACED_AFTER.contains(trigger)
        && !enrolment.key().isOfImport();
  }

  private static boolean isEdited(Enrolment enrolment, CataloguedProfile profile) {
    return profile.version() > enrolment.profileVersion();
  }

  /** A trusted root is replaced when it changed; a certificate when its instant has come. */
  private static boolean isDue(Enrolment enrolment, CataloguedProfile profile, Instant now) {
    return profile.isTrustedRoot()
        ? rootChanged(enrolment, profile)
        : renewalAt(enrolment).map(at -> !now.isBefore(at)).orElse(false);
  }

  private static boolean rootChanged(Enrolment enrolment, CataloguedProfile profile) {
    return profile.isTrustedRoot() && !profile.contentSha256().equals(enrolment.contentSha256());
  }

  /**
   * The instant that the certificate was assigned when it was granted; empty while there is none.
   */
  static Optional<Instant> renewalAt(Enrolment enrolment) {
    Integer percent = enrolment.renewalPercent();
    Instant notBefore = enrolment.notBefore();
    Instant notAfter = enrolment.notAfter();
    return percent == null || notBefore == null || notAfter == null
        ? Optional.empty()
        : Optional.of(
            RenewalWindow.of(notBefore, notAfter, percent).instantOf(enrolment.requestId()));
  }
}
