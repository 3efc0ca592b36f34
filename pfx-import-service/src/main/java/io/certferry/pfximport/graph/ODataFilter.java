package io.certferry.pfximport.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of OData's {@code $filter} that importers use: comparisons {@code property eq 'text'}
 * and {@code tolower(property) eq 'text'}, joined by {@code and}; a quote inside the text is
 * doubled.
 *
 * @param values by property, in lower case
 */
record ODataFilter(Map<String, String> values) {

  private static final int LONGEST = 2_048;
  private static final int MOST_TERMS = 8;

  /** One comparison; possessive, so that no text can make it look twice. */
  private static final Pattern TERM =
      Pattern.compile(
          "\\s*+(?:(tolower|toupper)\\s*+\\(\\s*+([A-Za-z]++)\\s*+\\)|([A-Za-z]++))"
              + "\\s++eq\\s++(?:'((?:[^']|'')*+)'|([A-Za-z0-9]++))\\s*+");

  private static final Pattern AND = Pattern.compile("and(?=\\s)");

  /**
   * Reads a filter.
   *
   * @param properties that may be compared, as they are written
   * @throws GraphException 400 for anything else
   */
  static ODataFilter parse(@Nullable String text, Set<String> properties) {
    if (text == null || text.isBlank()) {
      return new ODataFilter(Map.of());
    }
    if (text.length() > LONGEST) {
      throw GraphException.badRequest("$filter is longer than " + LONGEST + " characters.");
    }
    Map<String, String> values = new HashMap<>();
    for (Term term : terms(text)) {
      String property =
          properties.stream()
              .filter(each -> each.equalsIgnoreCase(term.property()))
              .findFirst()
              .orElseThrow(
                  () ->
                      GraphException.badRequest(
                          "$filter cannot compare '"
                              + term.property()
                              + "'; it can compare "
                              + String.join(", ", properties.stream().sorted().toList())
                              + "."));
      String known = values.putIfAbsent(property, term.value());
      if (known != null && !known.equalsIgnoreCase(term.value())) {
        throw GraphException.badRequest("$filter compares '" + property + "' twice.");
      }
    }
    return new ODataFilter(values);
  }

  private record Term(String property, String value) {}

  private static List<Term> terms(String text) {
    List<Term> terms = new ArrayList<>();
    Matcher matcher = TERM.matcher(text);
    int position = 0;
    while (true) {
      matcher.region(position, text.length());
      if (!matcher.lookingAt() || terms.size() == MOST_TERMS) {
        throw unreadable();
      }
      terms.add(term(matcher));
      position = matcher.end();
      if (position == text.length()) {
        return terms;
      }
      Matcher and = AND.matcher(text).region(position, text.length());
      if (!and.lookingAt()) {
        throw unreadable();
      }
      position = and.end();
    }
  }

  private static Term term(Matcher matcher) {
    String property = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
    String text = matcher.group(4);
    String value = text == null ? matcher.group(5) : text.replace("''", "'");
    return new Term(property, value);
  }

  private static GraphException unreadable() {
    return GraphException.badRequest(
        "$filter cannot be read: it takes comparisons like tolower(userPrincipalName) eq 'a@b.c',"
            + " joined by 'and'.");
  }

  Optional<String> value(String property) {
    return Optional.ofNullable(values.get(property));
  }

  Optional<String> lower(String property) {
    return value(property).map(text -> text.toLowerCase(Locale.ROOT));
  }
}
