package io.certferry.revocation.inventory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.revocation.policy.ProfileKind;
import io.certferry.revocation.policy.ProfileRules;
import io.vertx.mutiny.sqlclient.Row;
import java.io.UncheckedIOException;

/** What the table needs to know of a profile. */
public record ProfileFacts(ProfileKind kind, ProfileRules rules) {

  static ProfileFacts of(Row row) {
    return new ProfileFacts(
        ProfileKind.of(row.getString("kind")).orElse(ProfileKind.PKCS),
        rules(row.getString("rules")));
  }

  private static ProfileRules rules(String json) {
    try {
      JsonNode node = ContractJson.mapper().readTree(json);
      return ProfileRules.of(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
