package io.certferry.gateway.policy;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.NaturalKey;
import java.util.UUID;

/**
 * A submission that everything vouches for.
 *
 * @param spki DER
 * @param spkiSha256 lower-case hex
 * @param csrSha256 lower-case hex
 * @param policyVersion which local policy let it through
 */
public record VerifiedSubmission(
    UUID requestId,
    NaturalKey naturalKey,
    int profileVersion,
    String template,
    long validitySeconds,
    Bytes csr,
    String csrSha256,
    Bytes spki,
    String spkiSha256,
    String policyVersion) {}
