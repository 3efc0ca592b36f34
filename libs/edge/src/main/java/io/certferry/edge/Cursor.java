package io.certferry.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.ContractJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A place in an ordered collection: the sort values of the last item seen. Opaque to clients and
 * not secret; it only ever becomes bind parameters next to the tenant's own, so that a forged one
 * shows nothing that a plain query would not.
 *
 * @param values of the order-by columns, as text
 */
public record Cursor(List<String> values) {

  private static final int LONGEST = 1_024;

  public Cursor {
    values = List.copyOf(values);
  }

  public static Cursor of(Object... values) {
    return new Cursor(Arrays.stream(values).map(String::valueOf).toList());
  }

  /** What goes into {@link Page#next()}. */
  public String encode() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(ContractJson.write(values));
  }

  static Optional<Cursor> decode(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      byte[] json = Base64.getUrlDecoder().decode(text.getBytes(UTF_8));
      return Optional.of(new Cursor(Arrays.asList(ContractJson.read(json, String[].class))));
    } catch (IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }

  /**
   * A value as text.
   *
   * @throws ProblemException 422 if the cursor is of another collection
   */
  public String text(int index) {
    if (index >= values.size()) {
      throw foreign();
    }
    return values.get(index);
  }

  /** A value as a UUID; errors as {@link #text(int)}. */
  public UUID uuid(int index) {
    try {
      return UUID.fromString(text(index));
    } catch (IllegalArgumentException e) {
      throw foreign();
    }
  }

  /** A value as a number; errors as {@link #text(int)}. */
  public long number(int index) {
    try {
      return Long.parseLong(text(index));
    } catch (NumberFormatException e) {
      throw foreign();
    }
  }

  /** A value as an instant; errors as {@link #text(int)}. */
  public Instant instant(int index) {
    try {
      return Instant.parse(text(index));
    } catch (DateTimeException e) {
      throw foreign();
    }
  }

  private static ProblemException foreign() {
    return ProblemException.ruleBroken(
        "cursor", "cursor", "must be a next value of this collection");
  }
}
