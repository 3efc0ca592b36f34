package io.certferry.revocation.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a profile says itself, in {@code settings.revocation}:
 *
 * <pre>{@code
 * {"superseded": {"action": "keep"},
 *  "profile-unassigned": {"action": "revoke", "reason": "superseded", "removeFromDevice": false},
 *  "platforms": {"android": {"unenrolled": {"action": "revoke", "removeFromDevice": false}}}}
 * }</pre>
 *
 * A member that is left out keeps the table's value. A rule that cannot be read is not applied and
 * is listed in {@link #problems()}.
 */
public final class ProfileRules {

  /** No rules. */
  public static final ProfileRules NONE = new ProfileRules(Map.of(), List.of());

  private static final String PLATFORMS = "platforms";
  private static final String EVERYWHERE = "";

  private final Map<String, Map<Trigger, Rule>> rules;
  private final List<String> problems;

  private ProfileRules(Map<String, Map<Trigger, Rule>> rules, List<String> problems) {
    this.rules = rules;
    this.problems = List.copyOf(problems);
  }

  /**
   * Reads the member {@code revocation} of a profile's settings; absent means no rules.
   *
   * @param revocation null or JSON null when the profile has none
   */
  public static ProfileRules of(@Nullable JsonNode revocation) {
    if (revocation == null || revocation.isNull() || revocation.isMissingNode()) {
      return NONE;
    }
    Map<String, Map<Trigger, Rule>> rules = new HashMap<>();
    List<String> problems = new ArrayList<>();
    read(revocation, EVERYWHERE, "/revocation", rules, problems);
    JsonNode platforms = revocation.path(PLATFORMS);
    platforms
        .fieldNames()
        .forEachRemaining(
            name ->
                read(platforms.get(name), name, "/revocation/platforms/" + name, rules, problems));
    return new ProfileRules(rules, problems);
  }

  private static void read(
      JsonNode node,
      String platform,
      String pointer,
      Map<String, Map<Trigger, Rule>> rules,
      List<String> problems) {
    if (!node.isObject()) {
      problems.add(pointer + ": must be an object");
      return;
    }
    Map<Trigger, Rule> read = new EnumMap<>(Trigger.class);
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals(PLATFORMS) || !platform.equals(EVERYWHERE)) {
                readRule(node.get(name), name, pointer + "/" + name, read, problems);
              }
            });
    rules.put(platform, read);
  }

  private static void readRule(
      JsonNode node, String name, String pointer, Map<Trigger, Rule> read, List<String> problems) {
    Trigger trigger = Trigger.of(name).orElse(null);
    if (trigger == null) {
      problems.add(pointer + ": no such trigger");
      return;
    }
    try {
      read.put(trigger, Rule.of(node));
    } catch (IllegalArgumentException e) {
      problems.add(pointer + ": " + e.getMessage());
    }
  }

  /** What could not be read, with JSON Pointers. */
  public List<String> problems() {
    return problems;
  }

  Decision apply(Trigger trigger, @Nullable String platform, ProfileKind kind, Decision usual) {
    Rule rule = find(trigger, platform);
    if (rule == null) {
      return usual;
    }
    Decision changed = rule.change(usual);
    boolean forbidden = changed.action() == Action.REVOKE && !kind.isRevocable();
    return forbidden ? Decision.REMOVE : changed;
  }

  private @Nullable Rule find(Trigger trigger, @Nullable String platform) {
    Rule own = platform == null ? null : rules.getOrDefault(platform, Map.of()).get(trigger);
    return own != null ? own : rules.getOrDefault(EVERYWHERE, Map.of()).get(trigger);
  }

  /** One rule; a null member leaves the table's value. */
  private record Rule(
      @Nullable Action action,
      @Nullable Reason reason,
      @Nullable Boolean removeFromDevice,
      @Nullable Timing timing) {

    static Rule of(JsonNode node) {
      if (!node.isObject()) {
        throw new IllegalArgumentException("must be an object");
      }
      return new Rule(
          member(node, "action", text -> Action.of(text).orElse(null)),
          member(node, "reason", text -> Reason.of(text).orElse(null)),
          flag(node),
          member(node, "when", Rule::timing));
    }

    private static @Nullable Timing timing(String text) {
      for (Timing timing : Timing.values()) {
        if (timing.code().equals(text)) {
          return timing;
        }
      }
      return null;
    }

    private static @Nullable Boolean flag(JsonNode node) {
      JsonNode flag = node.get("removeFromDevice");
      if (flag != null && !flag.isBoolean()) {
        throw new IllegalArgumentException("removeFromDevice must be true or false");
      }
      return flag == null ? null : flag.booleanValue();
    }

    private static <T> @Nullable T member(JsonNode node, String name, Parser<T> parser) {
      JsonNode member = node.get(name);
      if (member == null) {
        return null;
      }
      T value = member.isTextual() ? parser.parse(member.textValue()) : null;
      if (value == null) {
        throw new IllegalArgumentException(name + " has no such value");
      }
      return value;
    }

    Decision change(Decision usual) {
      Action newAction = action == null ? usual.action() : action;
      Reason newReason = reason == null ? usual.reason() : reason;
      boolean remove =
          switch (newAction) {
            case KEEP -> false;
            case REMOVE -> true;
            case REVOKE -> removeFromDevice == null ? removal(usual) : removeFromDevice;
          };
      return new Decision(
          newAction,
          newReason,
          remove,
          timing == null ? usual.timing() : timing,
          newReason.isCompromise() ? Priority.COMPROMISE : usual.priority());
    }

    private static boolean removal(Decision usual) {
      return usual.action() == Action.KEEP || usual.removeFromDevice();
    }
  }

  @FunctionalInterface
  private interface Parser<T> {
    @Nullable T parse(String text);
  }
}
