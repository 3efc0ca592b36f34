package io.certferry.issuance.request;

/**
 * Who acts next on a request; the column {@code stage}. A request without a stage waits for
 * somebody outside this service.
 */
public enum Stage {
  /** Verify the grant, make the key, ask the CA. */
  KEY,
  /** Check the certificate, build the package. */
  PACKAGE,
  /** Ask again when no answer came in time. */
  WATCH,
  /** Destroy the wrapped key and the package's bytes. */
  DESTROY
}
