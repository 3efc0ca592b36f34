package io.certferry.contracts.event;

import java.time.Instant;
import java.util.UUID;

/**
 * An import cannot be delivered to this device; emitted again, unchanged, whenever its command
 * comes again. Nothing that trying again would mend is reported here.
 *
 * @param code stable, such as wrong-password or import-deleted
 * @param message one sentence for people; no secret
 */
public record ImportDeliveryFailed(
    UUID requestId, NaturalKey naturalKey, String code, String message, Instant at) {}
