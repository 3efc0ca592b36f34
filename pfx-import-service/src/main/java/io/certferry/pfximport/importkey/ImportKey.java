package io.certferry.pfximport.importkey;

import io.certferry.pfximport.rows.Cells;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The public side of one version of an import key.
 *
 * @param providerName and {@code keyName} are how importers name it; free text, as with a Windows
 *     key storage provider
 * @param version 1, 2, 3 … of that name
 * @param spki SubjectPublicKeyInfo, DER
 * @param spkiSha256 lower-case hex; names it inside sealed imports
 */
public record ImportKey(
    UUID id,
    String tenant,
    String providerName,
    String keyName,
    int version,
    int bits,
    byte[] spki,
    String spkiSha256,
    State state,
    Instant createdAt,
    @Nullable Instant retiredAt) {

  /** What a version is for. */
  public enum State {
    /** Seals and opens. */
    CURRENT,
    /** Only opens, until nothing is sealed to it. */
    OLDER,
    /** Destroyed. */
    RETIRED;

    String column() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static ImportKey of(Row row) {
    return new ImportKey(
        row.getUUID("id"),
        row.getString("tenant"),
        row.getString("provider_name"),
        row.getString("key_name"),
        row.getInteger("version"),
        row.getInteger("bits"),
        Cells.bytes(row, "spki"),
        row.getString("spki_sha256"),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Cells.instant(row, "created_at"),
        Cells.optionalInstant(row, "retired_at"));
  }
}
