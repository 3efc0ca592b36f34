package io.certferry.profile.evaluation;

import io.certferry.profile.enrolment.Enrolment;
import java.time.Duration;
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
      case DENIED, FAILED, QUARANTINED, REVOKING, REVOKED ->
          isEdited(enrolment, profile)
              ? new Enrol(enrolment.generation() + 1, false)
              : new Nothing();
      case CANCELLED -> new Enrol(enrolment.generation() + 1, false);
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

  private static boolean isEdited(Enrolment enrolment, CataloguedProfile profile) {
    return profile.version() > enrolment.profileVersion();
  }

  /**
   * A trusted root is replaced when it changed; a certificate when its renewal window has begun.
   */
  private static boolean isDue(Enrolment enrolment, CataloguedProfile profile, Instant now) {
    return profile.isTrustedRoot()
        ? rootChanged(enrolment, profile)
        : renewalBegins(enrolment, profile).map(begin -> !now.isBefore(begin)).orElse(false);
  }

  private static boolean rootChanged(Enrolment enrolment, CataloguedProfile profile) {
    return profile.isTrustedRoot() && !profile.contentSha256().equals(enrolment.contentSha256());
  }

  /**
   * When so much of the lifetime is left as the profile says; empty while there is no certificate.
   */
  static Optional<Instant> renewalBegins(Enrolment enrolment, CataloguedProfile profile) {
    Integer percent = profile.renewalPercent();
    Instant notBefore = enrolment.notBefore();
    Instant notAfter = enrolment.notAfter();
    if (percent == null || notBefore == null || notAfter == null) {
      return Optional.empty();
    }
    long lifetime = Duration.between(notBefore, notAfter).toSeconds();
    return Optional.of(notAfter.minusSeconds(lifetime * percent / 100));
  }
}
