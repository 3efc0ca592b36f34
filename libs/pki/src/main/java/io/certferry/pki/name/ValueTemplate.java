package io.certferry.pki.name;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with variables, such as {@code {{UserName}}@contoso.com}. Rendering puts each variable's
 * value in as it is: nothing in a value is read as a variable or as syntax.
 */
public final class ValueTemplate {
  sealed interface Part {}

  record Literal(String text) implements Part {}

  record Variable(String name) implements Part {}

  private static final Pattern VARIABLE = Pattern.compile("\\{\\{([^{}]*)\\}\\}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.:-]{0,63}");
  private static final int MAX_LENGTH = 1024;

  private final List<Part> parts;

  ValueTemplate(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * @throws NameTemplateException for unbalanced braces, a bad variable name, or more than 1,024
   *     characters
   */
  public static ValueTemplate parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new NameTemplateException("longer than " + MAX_LENGTH + " characters");
    }
    List<Part> parts = new ArrayList<>();
    Matcher matcher = VARIABLE.matcher(text);
    int end = 0;
    while (matcher.find()) {
      literal(parts, text.substring(end, matcher.start()));
      parts.add(new Variable(checkedName(matcher.group(1))));
      end = matcher.end();
    }
    literal(parts, text.substring(end));
    return new ValueTemplate(parts);
  }

  static String checkedName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new NameTemplateException("{{" + name + "}} is not a variable");
    }
    return name;
  }

  private static void literal(List<Part> parts, String text) {
    if (text.contains("{{") || text.contains("}}")) {
      throw new NameTemplateException("braces are not balanced: a variable is {{Name}}");
    }
    if (!text.isEmpty()) {
      parts.add(new Literal(text));
    }
  }

  /** Names of the variables, in order of appearance. */
  public Set<String> variables() {
    Set<String> names = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part instanceof Variable variable) {
        names.add(variable.name());
      }
    }
    return names;
  }

  /**
   * @throws NameTemplateException when a variable has no value or an empty one
   */
  public String render(Map<String, String> values) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      out.append(part instanceof Literal literal ? literal.text() : value((Variable) part, values));
    }
    return out.toString();
  }

  private static String value(Variable variable, Map<String, String> values) {
    String value = values.get(variable.name());
    if (value == null || value.isEmpty()) {
      throw new NameTemplateException("{{" + variable.name() + "}} has no value");
    }
    return value;
  }

  /** The text with its variables; literals unescaped. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      out.append(
          part instanceof Literal literal
              ? literal.text()
              : "{{" + ((Variable) part).name() + "}}");
    }
    return out.toString();
  }
}
