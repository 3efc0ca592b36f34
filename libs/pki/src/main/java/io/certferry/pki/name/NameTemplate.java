package io.certferry.pki.name;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A subject with variables in its values, such as {@code CN={{UserName}},OU=Sales,C=DE}. The text
 * is RFC 4514 (the most specific RDN first, {@code +} joins attributes of one RDN, specials escaped
 * with a backslash, whole values may stand in double quotes). It is parsed once, into RDNs;
 * rendering fills values and can never add an attribute.
 */
public final class NameTemplate {
  /**
   * One attribute of the template.
   *
   * @param type its type
   * @param value its text with variables
   */
  public record Element(AttributeType type, ValueTemplate value) {
    Attribute render(Map<String, String> values) {
      String text = value.render(values);
      type.refusalOf(text)
          .ifPresent(
              why -> {
                throw new NameTemplateException("the value of " + type + " " + why);
              });
      return Attribute.of(type, text);
    }
  }

  private final List<List<Element>> rdns;

  private NameTemplate(List<List<Element>> rdns) {
    this.rdns = rdns;
  }

  /**
   * @throws NameTemplateException with the reason and the position; a value without variables must
   *     already be one that its type takes
   */
  public static NameTemplate parse(String text) {
    List<List<Element>> rdns = new ArrayList<>(new NameTemplateParser(text).rdns());
    Collections.reverse(rdns);
    NameTemplate template = new NameTemplate(List.copyOf(rdns));
    template.checkFixedValues();
    return template;
  }

  private void checkFixedValues() {
    for (List<Element> rdn : rdns) {
      if (rdn.stream().map(Element::type).distinct().count() != rdn.size()) {
        throw new NameTemplateException("an attribute type stands twice in one RDN");
      }
      for (Element element : rdn) {
        if (element.value().variables().isEmpty()) {
          element.render(Map.of());
        }
      }
    }
  }

  /** In DER order, the most general first. */
  public List<List<Element>> rdns() {
    return rdns;
  }

  /** Names of all variables. */
  public Set<String> variables() {
    Set<String> names = new LinkedHashSet<>();
    rdns.forEach(rdn -> rdn.forEach(element -> names.addAll(element.value().variables())));
    return names;
  }

  /**
   * @param values by variable name
   * @throws NameTemplateException when a variable has no value, or a rendered value is too long or
   *     has characters that its type does not take
   */
  public DistinguishedName render(Map<String, String> values) {
    return DistinguishedName.of(
        rdns.stream()
            .map(rdn -> rdn.stream().map(element -> element.render(values)).toList())
            .toList());
  }
}
