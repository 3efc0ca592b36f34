package io.certferry.issuance.key;

import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.rows.Cells;
import io.vertx.mutiny.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * A request that the key stage has claimed.
 *
 * @param existing the key that was committed before, when only the grant was signed again
 */
record KeyClaim(
    RequestRow row, String grantJws, byte[] deviceCertificate, @Nullable ExistingKey existing) {

  record ExistingKey(Sealed sealed, byte[] spki, byte[] csr) {}

  static KeyClaim of(Row row) {
    byte[] wrapped = Cells.optionalBytes(row, "wrapped");
    return new KeyClaim(
        RequestRow.of(row),
        row.getString("grant_jws"),
        Cells.bytes(row, "device_certificate"),
        wrapped == null
            ? null
            : new ExistingKey(
                new Sealed(row.getString("day_key"), wrapped),
                Cells.bytes(row, "spki"),
                Cells.bytes(row, "csr")));
  }
}
