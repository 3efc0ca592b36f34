package io.certferry.profile.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/** One version of a profile's history. */
record ProfileVersion(
    UUID profileId,
    int version,
    String state,
    ProfileSettings settings,
    Instant changedAt,
    String changedBy) {

  ObjectNode toJson() {
    ObjectNode json = ProfileJson.write(settings);
    json.put("id", profileId.toString());
    json.put("version", version);
    json.put("state", state);
    json.put("changedAt", changedAt.toString());
    json.put("changedBy", changedBy);
    return json;
  }
}
