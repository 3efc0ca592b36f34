package io.certferry.pki.name;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.pki.name.NameTemplate.Element;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/** Recursive descent over the template's text; positions in errors count characters from 1. */
final class NameTemplateParser {
  private static final int MAX_LENGTH = 2048;
  private static final int END = -1;

  private final String text;
  private int position;

  NameTemplateParser(String text) {
    this.text = text;
  }

  List<List<Element>> rdns() {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw error("a subject has 1 to " + MAX_LENGTH + " characters");
    }
    List<List<Element>> rdns = new ArrayList<>();
    do {
      rdns.add(rdn());
    } while (skip(','));
    if (peek() != END) {
      throw error("unescaped '" + (char) peek() + "' (write it with a backslash)");
    }
    if (rdns.size() > DistinguishedName.MAX_RDNS) {
      throw error("more than " + DistinguishedName.MAX_RDNS + " RDNs");
    }
    return rdns;
  }

  private List<Element> rdn() {
    List<Element> elements = new ArrayList<>();
    do {
      elements.add(element());
    } while (skip('+'));
    return List.copyOf(elements);
  }

  private Element element() {
    AttributeType type = type();
    spaces();
    Value value = new Value();
    if (skip('"')) {
      quoted(value);
    } else {
      plain(value);
    }
    return new Element(type, value.template());
  }

  private AttributeType type() {
    spaces();
    int start = position;
    while (isTypeCharacter(peek())) {
      position++;
    }
    String name = text.substring(start, position);
    spaces();
    if (name.isEmpty() || !skip('=')) {
      throw error("an attribute such as CN= is expected");
    }
    return AttributeType.byName(name)
        .orElseThrow(() -> error("attribute type '" + name + "' is unknown"));
  }

  private static boolean isTypeCharacter(int c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '-');
  }

  private void quoted(Value value) {
    while (!skip('"')) {
      if (peek() == END) {
        throw error("a closing quotation mark is missing");
      }
      character(value, true);
    }
    spaces();
  }

  private void plain(Value value) {
    if (peek() == '#') {
      throw error("a value in hexadecimal is not accepted (write a leading # as \\#)");
    }
    while (peek() != END && "+,;<>\"".indexOf(peek()) < 0) {
      character(value, false);
    }
    value.trimEnd();
  }

  private void character(Value value, boolean quoted) {
    if (text.startsWith("{{", position)) {
      variable(value);
    } else if (text.startsWith("}}", position)) {
      throw error("braces are not balanced: a variable is {{Name}}");
    } else if (skip('\\')) {
      escaped(value);
    } else {
      int c = text.codePointAt(position);
      position += Character.charCount(c);
      value.append(Character.toString(c), quoted || c != ' ');
    }
  }

  private void variable(Value value) {
    int end = text.indexOf("}}", position);
    if (end < 0) {
      throw error("braces are not balanced: a variable is {{Name}}");
    }
    value.variable(ValueTemplate.checkedName(text.substring(position + 2, end)));
    position = end + 2;
  }

  private void escaped(Value value) {
    int c = peek();
    if (c != END && "\"+,;<>\\ #=".indexOf(c) >= 0) {
      position++;
      value.append(Character.toString(c), true);
    } else {
      position--;
      value.append(hexadecimal(), true);
    }
  }

  /** A run of {@code \XX} pairs is the UTF-8 of one or more characters. */
  private String hexadecimal() {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    while (peek() == '\\' && isHex(position + 1) && isHex(position + 2)) {
      octets.write(Integer.parseInt(text.substring(position + 1, position + 3), 16));
      position += 3;
    }
    if (octets.size() == 0) {
      throw error("after a backslash comes a special character or two hexadecimal digits");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw error("escaped octets are not UTF-8");
    }
  }

  private boolean isHex(int index) {
    return index < text.length() && "0123456789abcdefABCDEF".indexOf(text.charAt(index)) >= 0;
  }

  private int peek() {
    return position < text.length() ? text.charAt(position) : END;
  }

  private boolean skip(char c) {
    if (peek() == c) {
      position++;
      return true;
    }
    return false;
  }

  private void spaces() {
    while (peek() == ' ') {
      position++;
    }
  }

  private NameTemplateException error(String message) {
    return new NameTemplateException("at character " + (position + 1) + ": " + message);
  }

  /** Collects literals and variables; remembers where trailing unescaped spaces begin. */
  private static final class Value {
    private final List<ValueTemplate.Part> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int kept;

    void append(String text, boolean keep) {
      literal.append(text);
      if (keep) {
        kept = literal.length();
      }
    }

    void variable(String name) {
      flush();
      parts.add(new ValueTemplate.Variable(name));
    }

    void trimEnd() {
      literal.setLength(kept);
    }

    ValueTemplate template() {
      flush();
      return new ValueTemplate(parts);
    }

    private void flush() {
      if (literal.length() > 0) {
        parts.add(new ValueTemplate.Literal(literal.toString()));
        literal.setLength(0);
      }
      kept = 0;
    }
  }
}
