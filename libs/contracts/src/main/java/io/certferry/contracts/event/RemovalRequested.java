package io.certferry.contracts.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The MDM should remove what a package installed. */
public record RemovalRequested(
    UUID requestId,
    NaturalKey naturalKey,
    @Nullable UUID packageId,
    @Nullable CertificateFacts certificate,
    String reason) {}
