package io.certferry.gateway.driver;

import io.certferry.contracts.Bytes;
import java.util.UUID;

/**
 * One submission.
 *
 * @param requestId ours; the CA stores it where it can
 * @param attempt 1, 2, 3 …; the same CSR each time
 * @param csr DER PKCS#10, already checked against grant and policy
 * @param template cn
 * @param validitySeconds what the grant names; CAs that fix the validity by template ignore it
 */
public record SubmitOrder(
    UUID requestId, int attempt, Bytes csr, String template, long validitySeconds) {}
