package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a CA answered, as the connector's ledger recorded it; emitted again whenever a done command
 * comes again.
 */
public sealed interface CaResult {

  UUID requestId();

  String caId();

  /**
   * The CA issued; to be checked against the grant before it is believed.
   *
   * @param attempt number of the attempt in the ledger
   * @param caRequestId the CA's own id of the request, when it has one
   * @param certificate DER
   * @param chain DER, issuing CA first, root last
   * @param adopted found by search after an unknown outcome
   * @param mayDuplicate the CA could not be searched; reconciliation looks for a second one
   */
  record CertificateIssued(
      UUID requestId,
      String caId,
      NaturalKey naturalKey,
      int attempt,
      @Nullable String caRequestId,
      Bytes certificate,
      List<Bytes> chain,
      boolean adopted,
      boolean mayDuplicate,
      Instant at)
      implements CaResult {}

  /** The CA waits for a manager; the connector keeps asking. */
  record CertificatePending(
      UUID requestId,
      String caId,
      NaturalKey naturalKey,
      int attempt,
      @Nullable String caRequestId,
      Instant at)
      implements CaResult {}

  /**
   * No certificate will come from this request.
   *
   * @param code stable: denied-by-ca, policy-refused, grant-invalid, grant-expired,
   *     command-invalid, key-conflict, configuration
   * @param message one sentence for people
   * @param submitted false when no CA ever heard of it
   */
  record CertificateDenied(
      UUID requestId,
      String caId,
      NaturalKey naturalKey,
      int attempt,
      String code,
      String message,
      boolean submitted,
      Instant at)
      implements CaResult {}

  /**
   * The CA may or may not have issued; the connector is finding out. Never a reason for a new
   * generation.
   */
  record OutcomeUnknown(
      UUID requestId,
      String caId,
      NaturalKey naturalKey,
      int attempt,
      String code,
      String message,
      Instant at)
      implements CaResult {}

  /** The CA took the revocation, or had it already. */
  record CertificateRevoked(
      UUID requestId,
      String caId,
      UUID revocationId,
      String issuer,
      String serial,
      Instant revokedAt,
      boolean already)
      implements CaResult {}

  /** The CA or policy will not revoke. */
  record RevocationRefused(
      UUID requestId,
      String caId,
      UUID revocationId,
      String issuer,
      String serial,
      String code,
      String message,
      Instant at)
      implements CaResult {}
}
