package io.certferry.issuance.rows;

import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
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

  /** A {@code bytea[]}; nothing if it is null. */
  public static List<byte[]> byteArrays(Row row, String column) {
    Buffer[] buffers = row.get(Buffer[].class, column);
    return buffers == null ? List.of() : Arrays.stream(buffers).map(Buffer::getBytes).toList();
  }
}
