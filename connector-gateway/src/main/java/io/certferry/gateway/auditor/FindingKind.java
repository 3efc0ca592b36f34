package io.certferry.gateway.auditor;

import java.util.Locale;

/** What may be wrong between a CA's list and our ledger, and what the auditor does about it. */
enum FindingKind {
  /** Issued to us for a key that we never submitted. */
  UNEXPLAINED("reported"),
  /** With a key of ours, beyond the one certificate that its request kept. */
  EXTRA("revoked"),
  /** With a key of ours whose request is still open: the request looks for it now. */
  ORPHAN("adopted"),
  /** Another certificate under the issuer and serial of one of ours. */
  DIFFERENT("reported"),
  /** Revoked at the CA by somebody else. */
  REVOKED_ELSEWHERE("reported"),
  /** Revoked says our ledger, valid says the CA. */
  STILL_VALID("reported"),
  /** In our ledger, and the CA does not know it. */
  MISSING("reported");

  private final String consequence;

  FindingKind(String consequence) {
    this.consequence = consequence;
  }

  String consequence() {
    return consequence;
  }

  /** As in the API, the database and the metrics. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
