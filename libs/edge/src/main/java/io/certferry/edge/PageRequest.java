package io.certferry.edge;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which page is wanted.
 *
 * @param limit most items on it, 1 to 200
 * @param after where the page before ended; empty for the first
 */
public record PageRequest(int limit, Optional<Cursor> after) {

  /** Most items on a page. */
  public static final int LARGEST = 200;

  private static final int USUAL = 50;

  /**
   * From the query parameters {@code limit} (50 if absent) and {@code cursor}.
   *
   * @throws ProblemException 422 naming both if both are wrong
   */
  public static PageRequest of(@Nullable Integer limit, @Nullable String cursor) {
    FieldErrors errors = new FieldErrors();
    int size = limit == null ? USUAL : limit;
    errors.require(size >= 1 && size <= LARGEST, "limit", "range", "must be 1 to " + LARGEST);
    Optional<Cursor> after = Optional.empty();
    if (cursor != null && !cursor.isEmpty()) {
      after = Cursor.decode(cursor);
      errors.require(
          after.isPresent(), "cursor", "cursor", "must be a next value of this collection");
    }
    errors.throwIfAny();
    return new PageRequest(size, after);
  }

  /** How many rows to query: one more than the page holds. */
  public int fetch() {
    return limit + 1;
  }
}
