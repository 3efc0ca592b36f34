package io.certferry.revocation.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can end a certificate's life before its time. */
public enum Trigger {
  UNENROLLED("the device left the MDM"),
  RETIRED("the device was retired"),
  WIPED("the device was wiped"),
  LOST("the device was reported lost"),
  USER_REMOVED("the user was removed from the device"),
  USER_DISABLED("the user was disabled in the directory"),
  USER_DELETED("the user was deleted from the directory"),
  USER_RENAMED("the user's names changed in the directory"),
  PROFILE_UNASSIGNED("the profile no longer targets the device or user"),
  PROFILE_DELETED("the profile was deleted"),
  PROFILE_EDITED("the profile was edited and a new certificate follows"),
  SUPERSEDED("a newer generation was installed"),
  KEY_COMPROMISE("the certificate's key is compromised"),
  CONNECTOR_COMPROMISE("a connector was compromised; what it obtained is not trusted"),
  MANUAL("a person ordered it"),
  MASS("it is part of a mass revocation"),
  QUARANTINED("what the CA issued is not what was granted");

  private final String meaning;

  Trigger(String meaning) {
    this.meaning = meaning;
  }

  /** The name in messages, tables and APIs: lower case with dashes. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** One clause for people. */
  public String meaning() {
    return meaning;
  }

  public static Optional<Trigger> of(String code) {
    return Arrays.stream(values()).filter(trigger -> trigger.code().equals(code)).findFirst();
  }
}
