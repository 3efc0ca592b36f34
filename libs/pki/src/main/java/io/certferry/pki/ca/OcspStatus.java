package io.certferry.pki.ca;

import java.time.Instant;

/** What an OCSP responder says of one certificate. */
public sealed interface OcspStatus {
  /** Issued and not revoked. */
  record Good() implements OcspStatus {}

  /** Revoked. */
  record Revoked(Instant at, RevocationReason reason) implements OcspStatus {}

  /** Never issued by this CA, or another CA's. */
  record Unknown() implements OcspStatus {}
}
