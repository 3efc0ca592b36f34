package io.certferry.contracts.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/**
 * A profile was created, edited or deleted; the newest record of a key is the profile.
 *
 * @param kind one of trusted-root, pkcs, imported-pfx
 * @param state active or deleted
 * @param settings the profile as its REST form shows it
 */
public record ProfileChanged(
    UUID profileId, int version, String kind, String state, JsonNode settings) {}
