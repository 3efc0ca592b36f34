package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a connector is asked to do at one CA; each carries its sender's signature ({@code
 * authorization}).
 */
public sealed interface CaCommand {

  UUID requestId();

  String caId();

  /** Compact JWS of a {@link io.certferry.contracts.grant.CommandAuthorization}. */
  String authorization();

  /**
   * Submit this CSR.
   *
   * @param grant compact JWS by profile-service; what may be issued
   * @param csr DER PKCS#10
   * @param priority 0 device waiting, 1 renewal, lower goes first
   * @param deadline claimed in this order within a priority
   */
  record SubmitCsr(
      UUID requestId,
      String caId,
      NaturalKey naturalKey,
      String grant,
      Bytes csr,
      String authorization,
      int priority,
      Instant deadline)
      implements CaCommand {}

  /** Ask the CA what became of a request (pending or unknown). */
  record QueryRequest(UUID requestId, String caId, NaturalKey naturalKey, String authorization)
      implements CaCommand {}

  /**
   * Take a certificate back.
   *
   * @param revocationId idempotency key of the revocation
   * @param serial lower-case hex
   * @param issuer RFC 4514 name
   * @param reason RFC 5280 name, such as keyCompromise, superseded, cessationOfOperation
   */
  record RevokeCertificate(
      UUID requestId,
      String caId,
      UUID revocationId,
      @Nullable NaturalKey naturalKey,
      String issuer,
      String serial,
      String reason,
      String authorization)
      implements CaCommand {}
}
