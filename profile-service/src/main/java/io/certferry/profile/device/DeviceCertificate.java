package io.certferry.profile.device;

import io.certferry.contracts.Bytes;
import java.time.Instant;

/**
 * A device's certificate that chains to its tenant's anchors and belongs to the device.
 *
 * @param der as the device reported it
 * @param keySha256 lower-case hex SHA-256 of its SPKI
 * @param notAfter last second of validity
 */
public record DeviceCertificate(Bytes der, String keySha256, Instant notAfter) {}
