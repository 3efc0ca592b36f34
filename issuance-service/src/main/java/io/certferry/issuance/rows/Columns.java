package io.certferry.issuance.rows;

import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a statement with {@code unnest}: one array per column, in the order of the
 * calls.
 *
 * @param <T> what one row is made of
 */
public final class Columns<T> {

  private final List<T> rows;
  private final Tuple tuple = Tuple.tuple();

  private Columns(List<T> rows) {
    this.rows = rows;
  }

  public static <T> Columns<T> of(List<T> rows) {
    return new Columns<>(rows);
  }

  /** A parameter that is no column. */
  public Columns<T> parameter(Object value) {
    tuple.addValue(value);
    return this;
  }

  public Columns<T> uuid(Function<T, @Nullable UUID> column) {
    tuple.addValue(rows.stream().map(column).toArray(UUID[]::new));
    return this;
  }

  public Columns<T> text(Function<T, @Nullable String> column) {
    tuple.addValue(rows.stream().map(column).toArray(String[]::new));
    return this;
  }

  public Columns<T> integer(Function<T, @Nullable Integer> column) {
    tuple.addValue(rows.stream().map(column).toArray(Integer[]::new));
    return this;
  }

  public Columns<T> bigint(Function<T, @Nullable Long> column) {
    tuple.addValue(rows.stream().map(column).toArray(Long[]::new));
    return this;
  }

  public Columns<T> bool(Function<T, @Nullable Boolean> column) {
    tuple.addValue(rows.stream().map(column).toArray(Boolean[]::new));
    return this;
  }

  public Columns<T> bytes(Function<T, byte @Nullable []> column) {
    tuple.addValue(rows.stream().map(row -> buffer(column.apply(row))).toArray(Buffer[]::new));
    return this;
  }

  /** Seconds, for {@code make_interval(secs => x)}. */
  public Columns<T> seconds(Function<T, @Nullable Duration> column) {
    tuple.addValue(rows.stream().map(row -> seconds(column.apply(row))).toArray(Double[]::new));
    return this;
  }

  public Columns<T> timestamp(Function<T, @Nullable Instant> column) {
    tuple.addValue(
        rows.stream().map(row -> timestamp(column.apply(row))).toArray(OffsetDateTime[]::new));
    return this;
  }

  public Tuple tuple() {
    return tuple;
  }

  private static @Nullable Buffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : Buffer.buffer(bytes);
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis() / 1000.0;
  }

  private static @Nullable OffsetDateTime timestamp(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
