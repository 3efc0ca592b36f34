package io.certferry.pfximport.rows;

import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Values of a row as this service's types, and the way back. */
public final class Cells {

  private Cells() {}

  public static byte[] bytes(Row row, String column) {
    byte[] bytes = optionalBytes(row, column);
    if (bytes == null) {
      throw new IllegalStateException(column + " is null");
    }
    return bytes;
  }

  public static byte @Nullable [] optionalBytes(Row row, String column) {
    Buffer buffer = row.get(Buffer.class, column);
    return buffer == null ? null : buffer.getBytes();
  }

  public static Instant instant(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  public static @Nullable Instant optionalInstant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  /** What PostgreSQL keeps: microseconds. */
  public static OffsetDateTime timestamp(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  public static Buffer buffer(byte[] bytes) {
    return Buffer.buffer(bytes);
  }
}
