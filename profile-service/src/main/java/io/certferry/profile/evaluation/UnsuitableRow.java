package io.certferry.profile.evaluation;

import io.certferry.profile.device.DeviceKey;
import java.util.UUID;

/** Why a device gets nothing of a profile, as it is stored. */
public record UnsuitableRow(
    DeviceKey device, UUID profileId, int profileVersion, Suitability.Unsuitable why) {}
