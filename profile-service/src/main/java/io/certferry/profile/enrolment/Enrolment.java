package io.certferry.profile.enrolment;

import io.certferry.contracts.event.RequestState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The newest generation of an enrolment, as far as a decision needs it.
 *
 * @param contentSha256 what the profile said when it was granted; compared to see whether a trusted
 *     root has changed
 * @param deviceKeySha256 the device key of its newest grant
 * @param grant compact JWS
 * @param isEnded the device, its user or its MDM enrolment left since
 * @param renewalPercent of the lifetime left when renewal begins; null if it is never renewed
 * @param notBefore of the certificate, once there is one
 * @param notAfter of the certificate, once there is one
 * @param revocationTrigger why it is or was revoked, once that was ordered
 */
public record Enrolment(
    UUID requestId,
    EnrolmentKey key,
    int generation,
    int profileVersion,
    String contentSha256,
    RequestState state,
    String deviceKeySha256,
    String grant,
    boolean isEnded,
    @Nullable Integer renewalPercent,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter,
    @Nullable String revocationTrigger) {}
