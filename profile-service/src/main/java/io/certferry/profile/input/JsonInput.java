package io.certferry.profile.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.certferry.edge.FieldErrors;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a body. Each read either gives a value of the right shape or records a problem
 * at the member's JSON Pointer and gives null; rules are {@code required}, {@code type}, {@code
 * too-long}, {@code too-many}, {@code format} and {@code unknown-field}.
 */
public final class JsonInput {

  private final JsonNode node;
  private final String path;
  private final FieldErrors problems;

  private JsonInput(JsonNode node, String path, FieldErrors problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  /** The body itself; one that is no object is recorded as a problem of the whole body. */
  public static JsonInput of(@Nullable JsonNode body, FieldErrors problems) {
    if (body == null || !body.isObject()) {
      problems.add("", "type", "the body must be a JSON object");
      return new JsonInput(JsonNodeFactory.instance.objectNode(), "", problems);
    }
    return new JsonInput(body, "", problems);
  }

  /** Whether a member, or something inside it, is known to be wrong. */
  public static boolean concern(FieldErrors problems, String field) {
    return problems.toList().stream()
        .anyMatch(e -> e.field().equals(field) || e.field().startsWith(field + "/"));
  }

  /** Where this object stands in the body. */
  public String pointer() {
    return path;
  }

  /** Where one of its members stands in the body. */
  public String pointer(String name) {
    return path + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  /** Where problems go. */
  public FieldErrors problems() {
    return problems;
  }

  /** Records every member that is not among the names. */
  public void refuseOthers(Set<String> names) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                problems.add(pointer(name), "unknown-field", "no member of this name is known");
              }
            });
  }

  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /**
   * Text that must be there: not blank, no control characters, no more than {@code max} characters.
   */
  public @Nullable String text(String name, int max) {
    String text = optionalText(name, max);
    if (text == null && !concern(problems, pointer(name))) {
      problems.add(pointer(name), "required", "must be given");
    }
    return text;
  }

  /** The same for text that may be absent, null or empty. */
  public @Nullable String optionalText(String name, int max) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()
        || value.isNull()
        || (value.isTextual() && value.asText().isEmpty())) {
      return null;
    }
    return checkedText(pointer(name), value, max);
  }

  public @Nullable Integer optionalInteger(String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      problems.add(pointer(name), "type", "must be a whole number");
      return null;
    }
    return value.asInt();
  }

  public @Nullable Integer integer(String name) {
    Integer value = optionalInteger(name);
    if (value == null && !concern(problems, pointer(name))) {
      problems.add(pointer(name), "required", "must be given");
    }
    return value;
  }

  public @Nullable Instant optionalInstant(String name) {
    String text = optionalText(name, 64);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      problems.add(pointer(name), "format", "must be a date and time as in RFC 3339");
      return null;
    }
  }

  public @Nullable UUID uuid(String name) {
    String text = text(name, 36);
    try {
      return text == null ? null : UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      problems.add(pointer(name), "format", "must be a UUID");
      return null;
    }
  }

  /** A nested object; null when it is absent. */
  public @Nullable JsonInput object(String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isObject()) {
      problems.add(pointer(name), "type", "must be an object");
      return null;
    }
    return new JsonInput(value, pointer(name), problems);
  }

  /** The objects of an array; none when it is absent. */
  public List<JsonInput> objects(String name, int max) {
    List<JsonInput> objects = new ArrayList<>();
    forEach(
        name,
        max,
        (pointer, item) -> {
          if (item.isObject()) {
            objects.add(new JsonInput(item, pointer, problems));
          } else {
            problems.add(pointer, "type", "must be an object");
          }
        });
    return objects;
  }

  /** The texts of an array; none when it is absent. */
  public List<String> texts(String name, int maxItems, int maxLength) {
    List<String> texts = new ArrayList<>();
    forEach(
        name,
        maxItems,
        (pointer, item) -> {
          String text = checkedText(pointer, item, maxLength);
          if (text != null) {
            texts.add(text);
          }
        });
    return texts;
  }

  /** Each member of an object of texts. */
  public void forEachText(
      String name, int maxItems, int maxLength, BiConsumer<String, String> each) {
    JsonInput object = object(name);
    if (object == null) {
      return;
    }
    if (object.node.size() > maxItems) {
      problems.add(pointer(name), "too-many", "may have at most " + maxItems + " members");
      return;
    }
    object
        .node
        .fieldNames()
        .forEachRemaining(
            key -> {
              String text = object.optionalText(key, maxLength);
              if (text != null) {
                each.accept(key, text);
              }
            });
  }

  private void forEach(String name, int max, BiConsumer<String, JsonNode> each) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return;
    }
    if (!value.isArray()) {
      problems.add(pointer(name), "type", "must be an array");
    } else if (value.size() > max) {
      problems.add(pointer(name), "too-many", "may have at most " + max + " items");
    } else {
      for (int i = 0; i < value.size(); i++) {
        each.accept(pointer(name) + "/" + i, value.get(i));
      }
    }
  }

  private @Nullable String checkedText(String pointer, JsonNode value, int max) {
    if (!value.isTextual()) {
      problems.add(pointer, "type", "must be a text");
      return null;
    }
    String text = value.asText();
    if (text.length() > max) {
      problems.add(pointer, "too-long", "may have at most " + max + " characters");
      return null;
    }
    if (text.isBlank() || !Characters.areStorable(text)) {
      problems.add(pointer, "format", "must not be blank or hold control characters");
      return null;
    }
    return text;
  }
}
