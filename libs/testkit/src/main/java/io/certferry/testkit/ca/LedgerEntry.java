package io.certferry.testkit.ca;

import io.certferry.contracts.Bytes;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What really happened at the lying CA.
 *
 * @param requestId the requester's
 * @param spkiSha256 of the CSR's key, lower-case hex
 * @param certificate DER, once there is one
 */
public record LedgerEntry(
    String caRequestId,
    UUID requestId,
    String spkiSha256,
    Status status,
    @Nullable Bytes certificate,
    Instant at) {

  /** As in any CA's request table. */
  public enum Status {
    ISSUED,
    PENDING,
    DENIED,
    REVOKED
  }

  LedgerEntry with(Status next, @Nullable Bytes issued) {
    return new LedgerEntry(caRequestId, requestId, spkiSha256, next, issued, at);
  }

  /** Whether this certificate is out and not taken back. */
  public boolean isLive() {
    return status == Status.ISSUED;
  }
}
