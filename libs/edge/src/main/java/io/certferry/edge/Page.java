package io.certferry.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a collection.
 *
 * @param items in the collection's order
 * @param next cursor of the following page; null (and present in JSON) on the last
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Page<T>(List<T> items, @Nullable String next) {

  public Page {
    items = List.copyOf(items);
  }

  /**
   * Cuts a page from rows that were queried with {@link PageRequest#fetch()}, one more than asked
   * for, which tells whether there is a next page.
   *
   * @param cursorOf where a row stands in the order
   */
  public static <R> Page<R> of(PageRequest request, List<R> rows, Function<R, Cursor> cursorOf) {
    if (rows.size() <= request.limit()) {
      return new Page<>(rows, null);
    }
    List<R> items = rows.subList(0, request.limit());
    return new Page<>(items, cursorOf.apply(items.get(items.size() - 1)).encode());
  }

  /** The same page of other items. */
  public <R> Page<R> map(Function<? super T, ? extends R> mapping) {
    return new Page<>(items.stream().<R>map(mapping).toList(), next);
  }
}
