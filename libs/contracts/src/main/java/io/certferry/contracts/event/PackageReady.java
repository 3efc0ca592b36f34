package io.certferry.contracts.event;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A package can be fetched at issuance-service: a reference and a hash, no bytes.
 *
 * @param kind pkcs, trusted-root or imported-pfx
 * @param forms of cms, mobileconfig, syncml, json: those that were stored
 * @param sha256 lower-case hex of the cms form
 * @param size bytes of the cms form
 */
public record PackageReady(
    UUID packageId,
    UUID requestId,
    NaturalKey naturalKey,
    String kind,
    List<String> forms,
    String sha256,
    long size,
    Instant createdAt) {}
