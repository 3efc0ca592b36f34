package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device reports itself (DESIGN 6a); the same JSON as the body of {@code POST /api/v1/checkins}.
 *
 * @param deviceId {@code [A-Za-z0-9._-]{1,128}}
 * @param platform one of ios, macos, windows, android, linux
 * @param deviceCertificate DER of the certificate whose key packages are encrypted to
 * @param deviceCertificateChain DER of intermediates, leaf's issuer first
 * @param attributes device attributes for name variables, such as SerialNumber
 * @param occurredAt when the device reported; an older one than the state's is ignored
 * @param enrolmentId the MDM's enrolment; a new one makes it another device
 */
public record DeviceCheckedIn(
    String deviceId,
    String platform,
    @Nullable String osVersion,
    @Nullable DirectoryUser user,
    @Nullable List<String> groups,
    @Nullable Bytes deviceCertificate,
    @Nullable List<Bytes> deviceCertificateChain,
    @Nullable Map<String, String> attributes,
    @Nullable Instant occurredAt,
    @Nullable String enrolmentId) {}
