package io.certferry.gateway.policy;

/**
 * Why a command goes no further.
 *
 * @param code stable: policy-refused, grant-invalid, grant-expired, command-invalid, key-conflict
 * @param message one sentence; names fields and rules
 */
public record Refusal(String code, String message) {

  public static final String POLICY_REFUSED = "policy-refused";
  public static final String GRANT_INVALID = "grant-invalid";
  public static final String GRANT_EXPIRED = "grant-expired";
  public static final String COMMAND_INVALID = "command-invalid";
  public static final String KEY_CONFLICT = "key-conflict";

  static Refusal command(String message) {
    return new Refusal(COMMAND_INVALID, message);
  }

  static Refusal grant(String message) {
    return new Refusal(GRANT_INVALID, message);
  }

  static Refusal policy(String message) {
    return new Refusal(POLICY_REFUSED, message);
  }
}
