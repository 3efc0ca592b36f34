package io.certferry.gateway.registry;

/** Whether a connector may work for a tenant. */
public sealed interface Registration {

  /** It may. */
  record Active() implements Registration {}

  /**
   * It may not.
   *
   * @param code stable: connector-limit, retired, superseded
   * @param message for people
   */
  record Refused(String code, String message) implements Registration {}
}
