package io.certferry.profile.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.profile.input.JsonInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A profile's own rules for the end of its certificates. revocation-service applies them; here they
 * are checked, kept and published.
 *
 * @param json text of the object as it was checked
 */
public record RevocationRules(String json) {

  private static final Set<String> TRIGGERS =
      Set.of(
          "unenrolled",
          "retired",
          "wiped",
          "lost",
          "user-removed",
          "user-disabled",
          "user-deleted",
          "user-renamed",
          "profile-unassigned",
          "profile-deleted",
          "profile-edited",
          "superseded",
          "manual",
          "mass");

  /** A compromise, and what a CA issued against the grant, always end a certificate. */
  private static final Set<String> NOT_NEGOTIABLE =
      Set.of("key-compromise", "connector-compromise", "quarantined");

  private static final Set<String> PLATFORMS =
      Set.of("windows", "ios", "macos", "android", "other");
  private static final Set<String> ACTIONS = Set.of("revoke", "remove", "keep");
  private static final Set<String> REASONS =
      Set.of(
          "unspecified",
          "keyCompromise",
          "cACompromise",
          "affiliationChanged",
          "superseded",
          "cessationOfOperation",
          "privilegeWithdrawn");
  private static final Set<String> TIMES = Set.of("now", "once-replaced");

  /** Reads and checks the member {@code revocation}; null if there is none. */
  static @Nullable RevocationRules read(JsonInput body, @Nullable JsonNode json) {
    JsonInput rules = body.object("revocation");
    if (rules == null || json == null) {
      return null;
    }
    check(rules, json, true);
    return new RevocationRules(json.toString());
  }

  private static void check(JsonInput rules, JsonNode json, boolean withPlatforms) {
    for (String name : names(json)) {
      JsonInput member = rules.object(name);
      if (withPlatforms && name.equals("platforms")) {
        checkPlatforms(member, json.path(name));
      } else if (NOT_NEGOTIABLE.contains(name)) {
        rules.problems().add(rules.pointer(name), "not-negotiable", "has no other rule");
      } else if (!TRIGGERS.contains(name)) {
        rules.problems().add(rules.pointer(name), "unknown-trigger", "is no trigger");
      } else if (member != null) {
        checkRule(member, json.path(name));
      }
    }
  }

  private static void checkPlatforms(@Nullable JsonInput platforms, JsonNode json) {
    if (platforms == null) {
      return;
    }
    for (String name : names(json)) {
      JsonInput member = platforms.object(name);
      if (!PLATFORMS.contains(name)) {
        platforms
            .problems()
            .add(
                platforms.pointer(name),
                "unknown-platform",
                "must be one of " + String.join(", ", PLATFORMS.stream().sorted().toList()));
      } else if (member != null) {
        check(member, json.path(name), false);
      }
    }
  }

  private static void checkRule(JsonInput rule, JsonNode json) {
    rule.refuseOthers(Set.of("action", "reason", "removeFromDevice", "when"));
    oneOf(rule, "action", ACTIONS);
    oneOf(rule, "reason", REASONS);
    oneOf(rule, "when", TIMES);
    if (json.has("removeFromDevice") && !json.path("removeFromDevice").isBoolean()) {
      rule.problems().add(rule.pointer("removeFromDevice"), "type", "must be true or false");
    }
  }

  private static void oneOf(JsonInput rule, String name, Set<String> values) {
    String value = rule.optionalText(name, 40);
    if (value != null && !values.contains(value)) {
      rule.problems()
          .add(
              rule.pointer(name),
              "unknown-value",
              "must be one of " + String.join(", ", values.stream().sorted().toList()));
    }
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** As an object for the settings' JSON form. */
  ObjectNode toJson() {
    return (ObjectNode) ProfileJson.parse(json);
  }
}
