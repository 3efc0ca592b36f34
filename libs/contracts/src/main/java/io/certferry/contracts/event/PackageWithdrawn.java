package io.certferry.contracts.event;

import java.util.UUID;

/** A package that was offered must not be installed any more; fetching it answers 410. */
public record PackageWithdrawn(
    UUID packageId, UUID requestId, NaturalKey naturalKey, String reason) {}
