package io.certferry.issuance.packaging;

import io.certferry.issuance.key.Sealed;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.rows.Cells;
import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is to be packaged.
 *
 * @param deliveryGrantJws the newest grant that names the device's key; the same as {@code
 *     grantJws} mostly
 * @param material null for roots alone
 */
record PackageClaim(
    RequestRow row,
    String grantJws,
    String deliveryGrantJws,
    byte[] deviceCertificate,
    @Nullable Material material) {

  /** The columns of {@link #of} with the joins they need on {@code c.request_id}. */
  static final String COLUMNS =
      """
      , g.grant_jws,
        coalesce(g.delivery_grant_jws, g.grant_jws) as delivery_grant_jws,
        coalesce(g.delivery_certificate, g.device_certificate) as delivery_certificate,
        k.day_key, k.wrapped, k.spki,
        i.sha256 as issued_sha256, i.ca_id as issued_ca_id, i.certificate, i.chain_sha256, ch.certificates
      """;

  static final String JOINS =
      """
      join request_grant g using (request_id)
      left join request_key k using (request_id)
      left join issued i on i.request_id = c.request_id and i.verdict = 'CHOSEN'
      left join ca_chain ch on ch.sha256 = i.chain_sha256
      """;

  /**
   * What only a certificate request has.
   *
   * @param certificate as the CA gave it
   * @param chain as the connector gave it
   */
  record Material(
      Sealed sealed,
      byte[] spki,
      String sha256,
      String caId,
      byte[] certificate,
      String chainSha256,
      List<byte[]> chain) {}

  static PackageClaim of(Row row) {
    return new PackageClaim(
        RequestRow.of(row),
        row.getString("grant_jws"),
        row.getString("delivery_grant_jws"),
        Cells.bytes(row, "delivery_certificate"),
        material(row));
  }

  private static @Nullable Material material(Row row) {
    byte[] wrapped = Cells.optionalBytes(row, "wrapped");
    byte[] certificate = Cells.optionalBytes(row, "certificate");
    if (wrapped == null || certificate == null) {
      return null;
    }
    return new Material(
        new Sealed(row.getString("day_key"), wrapped),
        Cells.bytes(row, "spki"),
        row.getString("issued_sha256"),
        row.getString("issued_ca_id"),
        certificate,
        row.getString("chain_sha256"),
        Cells.byteArrays(row, "certificates"));
  }
}
