package io.certferry.revocation.policy;

/** When a decision takes effect. */
public enum Timing {
  /** With the trigger. */
  NOW("now"),
  /** Once a newer generation of the same enrolment is installed on the device. */
  ONCE_REPLACED("once-replaced");

  private final String code;

  Timing(String code) {
    this.code = code;
  }

  /** The name in profiles and docs. */
  public String code() {
    return code;
  }
}
