package io.certferry.issuance.rows;

import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Values of a row as this service's types. */
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

  /** A {@code bytea[]}. */
  public static byte[] @Nullable [] optionalByteArrays(Row row, String column) {
    Buffer[] buffers = row.get(Buffer[].class, column);
    if (buffers == null) {
      return null;
    }
    byte[][] all = new byte[buffers.length][];
    for (int i = 0; i < buffers.length; i++) {
      all[i] = buffers[i].getBytes();
    }
    return all;
  }
}
