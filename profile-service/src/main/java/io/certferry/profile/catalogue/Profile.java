package io.certferry.profile.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A stored profile.
 *
 * @param version grows by one with each change
 * @param state active or deleted
 */
public record Profile(
    UUID id,
    String tenant,
    int version,
    String state,
    ProfileSettings settings,
    Instant createdAt,
    Instant updatedAt) {

  boolean isActive() {
    return state.equals("active");
  }

  /** As the REST interface shows it. */
  public ObjectNode toJson() {
    ObjectNode json = ProfileJson.write(settings);
    json.put("id", id.toString());
    json.put("version", version);
    json.put("state", state);
    json.put("createdAt", createdAt.toString());
    json.put("updatedAt", updatedAt.toString());
    return json;
  }
}
