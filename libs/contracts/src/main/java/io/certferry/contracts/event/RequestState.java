package io.certferry.contracts.event;

/** The states of a request (DESIGN section 4). */
public enum RequestState {
  ACCEPTED,
  KEYED,
  SUBMITTING,
  ISSUED,
  PENDING_AT_CA,
  DENIED,
  UNKNOWN_AT_CA,
  PACKAGED,
  OFFERED,
  INSTALLED,
  KEY_DESTROYED,
  CANCELLED,
  SUPERSEDED,
  QUARANTINED,
  REVOKING,
  REVOKED,
  FAILED
}
