package io.certferry.gateway.auditor;

import io.certferry.contracts.Bytes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong.
 *
 * @param issuer RFC 4514
 * @param serial lower-case hex
 * @param tenant null if it is nobody's that we know
 * @param certificate DER as the CA lists it; null if it does not
 * @param consequence what the auditor does about it, or revoked if that is nobody's any more
 */
record Finding(
    FindingKind kind,
    String issuer,
    String serial,
    @Nullable String tenant,
    @Nullable UUID requestId,
    @Nullable Bytes certificate,
    @Nullable String caRequestId,
    String consequence) {

  static Finding of(
      FindingKind kind, Listed listed, @Nullable String tenant, @Nullable UUID requestId) {
    return new Finding(
        kind,
        listed.issuer(),
        listed.serial(),
        tenant,
        requestId,
        listed.der(),
        listed.caRequestId(),
        requestId == null && listed.revoked() ? "revoked" : kind.consequence());
  }
}
