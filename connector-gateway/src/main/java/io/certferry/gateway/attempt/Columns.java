package io.certferry.gateway.attempt;

import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows turned into arrays, one per column, for {@code unnest}. */
final class Columns<T> {

  private final List<T> rows;
  private final Tuple tuple = Tuple.tuple();

  private Columns(List<T> rows) {
    this.rows = rows;
  }

  static <T> Columns<T> of(List<T> rows) {
    return new Columns<>(rows);
  }

  Columns<T> value(@Nullable Object value) {
    tuple.addValue(value);
    return this;
  }

  Columns<T> text(Function<T, @Nullable String> column) {
    tuple.addArrayOfString(rows.stream().map(column).toArray(String[]::new));
    return this;
  }

  Columns<T> uuid(Function<T, UUID> column) {
    tuple.addArrayOfUUID(rows.stream().map(column).toArray(UUID[]::new));
    return this;
  }

  Columns<T> integer(Function<T, Integer> column) {
    tuple.addArrayOfInteger(rows.stream().map(column).toArray(Integer[]::new));
    return this;
  }

  Columns<T> bigint(Function<T, Long> column) {
    tuple.addArrayOfLong(rows.stream().map(column).toArray(Long[]::new));
    return this;
  }

  Columns<T> number(Function<T, @Nullable Double> column) {
    tuple.addArrayOfDouble(rows.stream().map(column).toArray(Double[]::new));
    return this;
  }

  Columns<T> flag(Function<T, Boolean> column) {
    tuple.addArrayOfBoolean(rows.stream().map(column).toArray(Boolean[]::new));
    return this;
  }

  Columns<T> time(Function<T, Instant> column) {
    tuple.addArrayOfOffsetDateTime(
        rows.stream()
            .map(row -> column.apply(row).atOffset(ZoneOffset.UTC))
            .toArray(OffsetDateTime[]::new));
    return this;
  }

  Columns<T> bytes(Function<T, byte @Nullable []> column) {
    tuple.addValue(
        rows.stream()
            .map(
                row -> {
                  byte[] bytes = column.apply(row);
                  return bytes == null ? null : Buffer.buffer(bytes);
                })
            .toArray(Buffer[]::new));
    return this;
  }

  Tuple tuple() {
    return tuple;
  }
}
