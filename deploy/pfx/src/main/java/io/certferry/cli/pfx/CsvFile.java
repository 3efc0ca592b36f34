package io.certferry.cli.pfx;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The list of what to import: RFC 4180 with a header that names at least {@code user}, {@code file}
 * and {@code password}, in any order; {@code purpose} may be left out. UTF-8, with or without a
 * byte order mark; comma or semicolon.
 */
final class CsvFile {

  private static final List<String> NEEDED = List.of("user", "file", "password");

  private CsvFile() {}

  /** A file that is no such list. */
  static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads the orders.
   *
   * @param folder where relative file names begin
   * @param purpose of rows that name none
   * @throws UnreadableException naming the line
   */
  static List<Order> read(Path csv, Path folder, String purpose) throws IOException {
    List<Record> records = records(text(csv));
    if (records.isEmpty()) {
      throw new UnreadableException(csv + " is empty");
    }
    Map<String, Integer> columns = columns(csv, records.get(0));
    List<Order> orders = new ArrayList<>();
    for (Record each : records.subList(1, records.size())) {
      if (each.fields().size() == 1 && each.fields().get(0).isBlank()) {
        continue;
      }
      orders.add(order(each, columns, folder, purpose));
    }
    return orders;
  }

  private static String text(Path csv) throws IOException {
    try {
      String text = Files.readString(csv, StandardCharsets.UTF_8);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UnreadableException(csv + " is not UTF-8");
    }
  }

  private record Record(int line, List<String> fields) {}

  private static Map<String, Integer> columns(Path csv, Record header) {
    Map<String, Integer> columns = new HashMap<>();
    for (int i = 0; i < header.fields().size(); i++) {
      columns.putIfAbsent(header.fields().get(i).strip().toLowerCase(Locale.ROOT), i);
    }
    for (String name : NEEDED) {
      if (!columns.containsKey(name)) {
        throw new UnreadableException(
            csv
                + " needs a first line with the columns user, file, password and purpose; '"
                + name
                + "' is missing");
      }
    }
    return columns;
  }

  private static Order order(
      Record row, Map<String, Integer> columns, Path folder, String purpose) {
    String file = field(row, columns, "file").strip();
    if (file.isEmpty() || field(row, columns, "user").isBlank()) {
      throw new UnreadableException("line " + row.line() + " has no user or no file");
    }
    String own = columns.containsKey("purpose") ? field(row, columns, "purpose").strip() : "";
    return new Order(
        "line " + row.line(),
        field(row, columns, "user").strip(),
        folder.resolve(file),
        field(row, columns, "password").toCharArray(),
        own.isEmpty() ? purpose : own);
  }

  private static String field(Record row, Map<String, Integer> columns, String name) {
    int column = columns.getOrDefault(name, Integer.MAX_VALUE);
    return column < row.fields().size() ? row.fields().get(column) : "";
  }

  private static List<Record> records(String text) {
    char separator = separator(text);
    List<Record> records = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    int line = 1;
    int start = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else if (c == '"') {
          quoted = false;
        } else {
          field.append(c);
          line += c == '\n' ? 1 : 0;
        }
      } else if (c == '"' && field.length() == 0) {
        quoted = true;
      } else if (c == separator) {
        fields.add(field.toString());
        field.setLength(0);
      } else if (c == '\n') {
        line++;
        fields.add(withoutReturn(field));
        field.setLength(0);
        records.add(new Record(start, List.copyOf(fields)));
        fields.clear();
        start = line;
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw new UnreadableException("line " + start + " has a quotation mark that does not end");
    }
    if (field.length() > 0 || !fields.isEmpty()) {
      fields.add(withoutReturn(field));
      records.add(new Record(start, List.copyOf(fields)));
    }
    return records;
  }

  private static String withoutReturn(StringBuilder field) {
    int length = field.length();
    return length > 0 && field.charAt(length - 1) == '\r'
        ? field.substring(0, length - 1)
        : field.toString();
  }

  private static char separator(String text) {
    int end = text.indexOf('\n');
    String header = end < 0 ? text : text.substring(0, end);
    return header.indexOf(';') >= 0 && header.indexOf(',') < 0 ? ';' : ',';
  }
}
