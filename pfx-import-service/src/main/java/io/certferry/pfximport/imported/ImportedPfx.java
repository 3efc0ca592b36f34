package io.certferry.pfximport.imported;

import io.certferry.contracts.event.ImportChanged;
import io.certferry.pfximport.rows.Cells;
import io.certferry.pki.custody.ImportBinding;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One import as others may see it; its sealed parts stay in the row.
 *
 * @param importId one per user and certificate, also over a deletion and a new import
 * @param userPrincipalName lower case
 * @param shownPrincipalName as it was written
 * @param thumbprint upper-case hex SHA-1 of the certificate
 * @param sha256 lower-case hex SHA-256 of the certificate, once known
 * @param source graph or native
 * @param reason a stable code with state FAILED
 * @param version grows with each change
 * @param pfxSha256 of the sealed file; null once deleted
 * @param openedAt when it was opened last for a delivery
 */
public record ImportedPfx(
    UUID importId,
    String tenant,
    UUID userId,
    String userPrincipalName,
    String shownPrincipalName,
    String thumbprint,
    @Nullable String sha256,
    Purpose purpose,
    Instant notBefore,
    Instant notAfter,
    String providerName,
    String keyName,
    String paddingScheme,
    @Nullable String keyAlgorithm,
    String source,
    State state,
    @Nullable String reason,
    @Nullable String detail,
    int version,
    @Nullable String pfxSha256,
    Instant createdAt,
    Instant modifiedAt,
    @Nullable Instant openedAt) {

  /** Whether it can be delivered. */
  public enum State {
    AVAILABLE,
    FAILED,
    DELETED;

    /** As JSON, rows and events write it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static ImportedPfx of(Row row) {
    return new ImportedPfx(
        row.getUUID("import_id"),
        row.getString("tenant"),
        row.getUUID("user_id"),
        row.getString("user_principal_name"),
        row.getString("shown_principal_name"),
        row.getString("thumbprint"),
        row.getString("sha256"),
        Purpose.parse(row.getString("purpose")).orElseThrow(),
        Cells.instant(row, "not_before"),
        Cells.instant(row, "not_after"),
        row.getString("provider_name"),
        row.getString("key_name"),
        row.getString("padding_scheme"),
        row.getString("key_algorithm"),
        row.getString("source"),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getString("reason"),
        row.getString("detail"),
        row.getInteger("version"),
        row.getString("pfx_sha256"),
        Cells.instant(row, "created_at"),
        Cells.instant(row, "modified_at"),
        Cells.optionalInstant(row, "opened_at"));
  }

  /** What its sealed parts are bound to. */
  public ImportBinding binding() {
    String sealed = pfxSha256;
    if (sealed == null) {
      throw new IllegalStateException("a deleted import has no sealed parts");
    }
    return new ImportBinding(tenant, userId, thumbprint, purpose.id(), sealed);
  }

  ImportChanged event() {
    return new ImportChanged(
        importId,
        userId,
        userPrincipalName,
        thumbprint,
        sha256,
        purpose.id(),
        notBefore,
        notAfter,
        state.id(),
        reason,
        version,
        modifiedAt);
  }

  public String auditSubject() {
    return "import/" + importId;
  }
}
