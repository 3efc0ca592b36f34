package io.certferry.gateway.driver;

import io.certferry.contracts.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a CA's ledger.
 *
 * @param certificate DER, when there is one
 * @param detail what the CA says about it, such as why it was denied
 */
public record FoundRequest(
    @Nullable String caRequestId, Status status, @Nullable Bytes certificate, String detail) {

  /** As the CA has it. */
  public enum Status {
    ISSUED,
    PENDING,
    DENIED,
    REVOKED
  }
}
