package io.certferry.issuance.imported;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.issuance.request.Progress;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of deliveries of imports, in the caller's transaction. */
@Singleton
class ImportedStore {

  private static final String INSERT =
      """
      insert into request (request_id, tenant, device_id, subject, profile_id, item, generation, kind,
        state, platform, correlation_id, causation_id, traceparent)
      values ($1, $2, $3, $4, $5, $6, $7, 'imported-pfx', 'ACCEPTED', $8, $9, $10, $11)
      on conflict do nothing
      """;

  private static final String LOCK =
      """
      select r.*, exists (
          select 1 from request n
          where n.tenant = r.tenant and n.device_id = r.device_id and n.subject = r.subject
            and n.profile_id = r.profile_id and n.item = r.item and n.generation > r.generation) as has_newer
      from request r
      where r.request_id = $1
         or (r.tenant, r.device_id, r.subject, r.profile_id, r.item, r.generation) = ($2, $3, $4, $5, $6, $7)
      order by r.request_id for update of r
      """;

  private static final String PACKAGES =
      "select * from package where package_id = $1 or request_id = $2 order by created_at";

  private static final String REMEMBER =
      """
      insert into imported_delivery (request_id, grant_jws, issuer, serial, certificate_subject, not_before, not_after,
        certificate_sha256, spki_sha256)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (request_id) do update set
        grant_jws = excluded.grant_jws, issuer = excluded.issuer, serial = excluded.serial,
        certificate_subject = excluded.certificate_subject, not_before = excluded.not_before,
        not_after = excluded.not_after, certificate_sha256 = excluded.certificate_sha256,
        spki_sha256 = excluded.spki_sha256
      """;

  private static final String RECORDED = "select * from imported_delivery where request_id = $1";

  private static final String OLDER_OFFERS =
      """
      select * from request
      where tenant = $1 and device_id = $2 and subject = $3 and profile_id = $4 and item = $5
        and generation < $6 and state = 'OFFERED'
      order by request_id for update
      """;

  private final Outbox outbox;
  private final AuditTrail audit;

  ImportedStore(Outbox outbox, AuditTrail audit) {
    this.outbox = outbox;
    this.audit = audit;
  }

  /**
   * What is known when a package comes.
   *
   * @param hasNewer whether a newer generation exists
   * @param packages of the request, and the one with the new package's id
   */
  record Known(List<RequestRow> rows, boolean hasNewer, List<Package> packages) {

    RequestRow row() {
      return rows.get(0);
    }

    boolean isAbout(SealedPackage sealed) {
      return rows.size() == 1
          && row().requestId().equals(sealed.requestId())
          && row().naturalKey().equals(sealed.naturalKey())
          && row().kind().equals(SealedPackage.KIND);
    }

    boolean isSamePackageWithOtherBytes(SealedPackage sealed) {
      return packages.stream()
          .anyMatch(
              one ->
                  one.ready().packageId().equals(sealed.packageId())
                      && !(one.ready().sha256().equals(sealed.sha256())
                          && one.ready().requestId().equals(sealed.requestId())));
    }

    boolean hasPackage(UUID packageId) {
      return packages.stream().anyMatch(one -> one.ready().packageId().equals(packageId));
    }

    boolean hasEnded() {
      return hasNewer
          || switch (row().state()) {
            case CANCELLED, SUPERSEDED, QUARANTINED, REVOKING, REVOKED -> true;
            case ACCEPTED, KEYED, SUBMITTING, ISSUED, PENDING_AT_CA, DENIED -> false;
            case UNKNOWN_AT_CA, PACKAGED, OFFERED, INSTALLED, KEY_DESTROYED, FAILED -> false;
          };
    }

    @Nullable PackageReady offered() {
      return packages.stream()
          .filter(Package::isOffered)
          .map(Package::ready)
          .reduce((older, newer) -> newer)
          .orElse(null);
    }
  }

  /** A package that was taken before. */
  record Package(PackageReady ready, boolean isOffered) {

    static Package of(Row row) {
      String state = row.getString("state");
      return new Package(
          new PackageReady(
              row.getUUID("package_id"),
              row.getUUID("request_id"),
              RequestRow.naturalKey(row),
              row.getString("kind"),
              List.of(row.getArrayOfStrings("forms")),
              row.getString("sha256"),
              row.getLong("size"),
              Cells.instant(row, "created_at")),
          List.of("OFFERED", "FAILED", "INSTALLED").contains(state));
    }
  }

  /** Makes the request's row at its first package. */
  Uni<Void> insertRequest(SqlConnection tx, SealedPackage sealed) {
    NaturalKey key = sealed.naturalKey();
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.from(
                Arrays.asList(
                    sealed.requestId(),
                    key.tenant(),
                    key.deviceId(),
                    key.subject(),
                    key.profileId(),
                    key.item(),
                    key.generation(),
                    sealed.platform(),
                    sealed.cause().correlationId(),
                    sealed.cause().causationId(),
                    sealed.cause().traceparent())))
        .flatMap(
            rows ->
                rows.rowCount() == 0
                    ? Uni.createFrom().voidItem()
                    : audit.append(tx, List.of(entry(sealed))));
  }

  private static AuditEntry entry(SealedPackage sealed) {
    NaturalKey key = sealed.naturalKey();
    return new AuditEntry(
        key.tenant(),
        "request.accepted",
        "pfx-import-service",
        "request/" + sealed.requestId(),
        Map.of(
            "deviceId", key.deviceId(),
            "profileId", key.profileId().toString(),
            "item", key.item(),
            "generation", Integer.toString(key.generation()),
            "kind", SealedPackage.KIND,
            "grantSha256", JwsKeys.sha256Hex(sealed.grantJws())));
  }

  /** Locks the request, which is there by now. */
  Uni<Known> lock(SqlConnection tx, SealedPackage sealed) {
    NaturalKey key = sealed.naturalKey();
    return tx.preparedQuery(LOCK)
        .execute(
            Tuple.from(
                List.of(
                    sealed.requestId(),
                    key.tenant(),
                    key.deviceId(),
                    key.subject(),
                    key.profileId(),
                    key.item(),
                    key.generation())))
        .flatMap(
            rows ->
                tx.preparedQuery(PACKAGES)
                    .execute(Tuple.of(sealed.packageId(), sealed.requestId()))
                    .map(packages -> known(rows, packages)));
  }

  private static Known known(RowSet<Row> rows, RowSet<Row> packages) {
    List<RequestRow> requests = new ArrayList<>();
    boolean newer = false;
    for (Row row : rows) {
      requests.add(RequestRow.of(row));
      newer = newer || row.getBoolean("has_newer");
    }
    return new Known(requests, newer, packages.stream().map(Package::of).toList());
  }

  /** Grant and certificate of the newest package. */
  Uni<Void> remember(SqlConnection tx, SealedPackage sealed) {
    CertificateFacts certificate = sealed.certificate();
    return tx.preparedQuery(REMEMBER)
        .execute(
            Tuple.from(
                List.of(
                    sealed.requestId(),
                    sealed.grantJws(),
                    certificate.issuer(),
                    certificate.serial(),
                    certificate.subject(),
                    certificate.notBefore().atOffset(ZoneOffset.UTC),
                    certificate.notAfter().atOffset(ZoneOffset.UTC),
                    certificate.sha256(),
                    certificate.subjectPublicKeySha256())))
        .replaceWithVoid();
  }

  /** Emits the recorded state once more. */
  Uni<Void> tellAgain(SqlConnection tx, Known known, Cause cause) {
    return tx.preparedQuery(RECORDED)
        .execute(Tuple.of(known.row().requestId()))
        .flatMap(rows -> outbox.append(tx, events(known, facts(rows), cause)));
  }

  private static @Nullable CertificateFacts facts(RowSet<Row> rows) {
    for (Row row : rows) {
      return new CertificateFacts(
          "imported",
          row.getString("issuer"),
          row.getString("serial"),
          row.getString("certificate_subject"),
          Cells.instant(row, "not_before"),
          Cells.instant(row, "not_after"),
          row.getString("certificate_sha256"),
          row.getString("spki_sha256"));
    }
    return null;
  }

  private static List<OutboundEvent> events(
      Known known, @Nullable CertificateFacts certificate, Cause cause) {
    RequestRow row = known.row();
    List<OutboundEvent> events = new ArrayList<>();
    events.add(Progress.recorded(row, certificate, cause).event());
    PackageReady offered = known.offered();
    if (offered != null) {
      events.add(Progress.onCertificates(row.naturalKey(), offered, cause));
    }
    return events;
  }

  /** Offers of older generations, locked. */
  Uni<List<RequestRow>> olderOffers(SqlConnection tx, NaturalKey key) {
    return tx.preparedQuery(OLDER_OFFERS)
        .execute(
            Tuple.of(
                key.tenant(),
                key.deviceId(),
                key.subject(),
                key.profileId(),
                key.item(),
                key.generation()))
        .map(rows -> rows.stream().map(RequestRow::of).toList());
  }
}
