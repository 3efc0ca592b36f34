package io.certferry.profile.assignment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.input.JsonInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON form of assignments (DESIGN 6a). */
final class AssignmentBody {

  private static final int MAX_LINES = 500;
  private static final int MAX_VALUE = 256;
  private static final Set<String> TYPES = Set.of("group", "user", "device", "all");

  private AssignmentBody() {}

  static Assignments read(@Nullable JsonNode json, FieldErrors errors) {
    JsonInput body = JsonInput.of(json, errors);
    body.refuseOthers(Set.of("include", "exclude"));
    return new Assignments(targets(body, "include"), targets(body, "exclude"));
  }

  private static List<Target> targets(JsonInput body, String name) {
    List<Target> targets = new ArrayList<>();
    for (JsonInput line : body.objects(name, MAX_LINES)) {
      Target target = target(line);
      if (target != null && !targets.contains(target)) {
        targets.add(target);
      }
    }
    return targets;
  }

  private static @Nullable Target target(JsonInput line) {
    line.refuseOthers(TYPES);
    List<String> present = TYPES.stream().filter(line::has).toList();
    if (present.size() != 1) {
      line.problems()
          .add(line.pointer(), "one-of", "must have exactly one of group, user, device, all");
      return null;
    }
    String type = present.get(0);
    String value = line.text(type, MAX_VALUE);
    return value == null || !isAcceptable(line, type, value) ? null : Target.of(type, value);
  }

  private static boolean isAcceptable(JsonInput line, String type, String value) {
    FieldErrors errors = line.problems();
    return switch (type) {
      case "all" ->
          errors.require(
              value.equals("users") || value.equals("devices"),
              line.pointer(type),
              "unknown-value",
              "must be users or devices");
      case "device" ->
          errors.require(
              Keys.DEVICE_ID.matcher(value).matches(),
              line.pointer(type),
              "format",
              "must match " + Keys.DEVICE_ID.pattern());
      default -> true;
    };
  }

  static ObjectNode write(Assignments assignments) {
    ObjectNode json = ContractJson.mapper().createObjectNode();
    write(json.putArray("include"), assignments.include());
    write(json.putArray("exclude"), assignments.exclude());
    return json;
  }

  private static void write(ArrayNode array, List<Target> targets) {
    targets.forEach(t -> array.addObject().put(t.type(), t.value()));
  }
}
