package io.certferry.issuance.packaging;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageReady;
import io.certferry.issuance.request.Progress;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.rows.Cells;
import io.certferry.issuance.rows.Columns;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.packaging.DevicePackages.Built;
import io.certferry.packaging.DevicePackages.BuiltForm;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Stores packages and offers them: rows, bytes, event and audit entry in the caller's transaction.
 */
@Singleton
public class PackageStore {

  private static final String INSERT =
      """
      insert into package (package_id, request_id, tenant, device_id, subject, profile_id, item, generation,
        kind, state, device_key_sha256, sha256, size, forms)
      select package_id, request_id, tenant, device_id, subject, profile_id, item, generation,
        kind, 'OFFERED', device_key_sha256, sha256, size, string_to_array(forms, ',')
      from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::int[],
          $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[])
        as p (package_id, request_id, tenant, device_id, subject, profile_id, item, generation,
          kind, device_key_sha256, sha256, size, forms)
      returning package_id, created_at
      """;

  private static final String INSERT_FORMS =
      """
      insert into package_form (package_id, form, content, sha256)
      select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[])
      """;

  private final Outbox outbox;
  private final AuditTrail audit;

  PackageStore(Outbox outbox, AuditTrail audit) {
    this.outbox = outbox;
    this.audit = audit;
  }

  /** A package to offer for a request. */
  public record Offer(RequestRow row, Built built) {
    String formIds() {
      return built.forms().stream().map(form -> form.form().id()).collect(Collectors.joining(","));
    }
  }

  private record StoredForm(UUID packageId, BuiltForm form) {}

  /** Stores and offers packages of requests that the caller has locked. */
  public Uni<Void> offer(SqlConnection tx, List<Offer> offers) {
    if (offers.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return tx.preparedQuery(INSERT)
        .execute(packages(offers))
        .flatMap(
            rows ->
                insertForms(tx, offers)
                    .chain(() -> outbox.append(tx, events(offers, rows)))
                    .chain(
                        () -> audit.append(tx, offers.stream().map(PackageStore::entry).toList())));
  }

  private static io.vertx.mutiny.sqlclient.Tuple packages(List<Offer> offers) {
    return Columns.of(offers)
        .uuid(offer -> offer.built().packageId())
        .uuid(offer -> offer.row().requestId())
        .text(offer -> offer.row().naturalKey().tenant())
        .text(offer -> offer.row().naturalKey().deviceId())
        .text(offer -> offer.row().naturalKey().subject())
        .uuid(offer -> offer.row().naturalKey().profileId())
        .text(offer -> offer.row().naturalKey().item())
        .integer(offer -> offer.row().naturalKey().generation())
        .text(offer -> offer.row().kind())
        .text(offer -> offer.built().deviceKeySha256())
        .text(offer -> offer.built().cms().sha256())
        .bigint(offer -> (long) offer.built().cms().content().length)
        .text(Offer::formIds)
        .tuple();
  }

  private static Uni<Void> insertForms(SqlConnection tx, List<Offer> offers) {
    List<StoredForm> forms = new ArrayList<>();
    for (Offer offer : offers) {
      offer.built().forms().stream()
          .map(form -> new StoredForm(offer.built().packageId(), form))
          .forEach(forms::add);
    }
    return tx.preparedQuery(INSERT_FORMS)
        .execute(
            Columns.of(forms)
                .uuid(StoredForm::packageId)
                .text(stored -> stored.form().form().id())
                .bytes(stored -> stored.form().content())
                .text(stored -> stored.form().sha256())
                .tuple())
        .replaceWithVoid();
  }

  private static List<OutboundEvent> events(List<Offer> offers, Iterable<Row> rows) {
    Map<UUID, Offer> byId =
        offers.stream()
            .collect(Collectors.toMap(offer -> offer.built().packageId(), Function.identity()));
    List<OutboundEvent> events = new ArrayList<>();
    for (Row row : rows) {
      Offer offer = byId.get(row.getUUID("package_id"));
      if (offer != null) {
        events.add(event(offer, row));
      }
    }
    return events;
  }

  private static OutboundEvent event(Offer offer, Row row) {
    NaturalKey key = offer.row().naturalKey();
    PackageReady ready =
        new PackageReady(
            offer.built().packageId(),
            offer.row().requestId(),
            key,
            offer.row().kind(),
            offer.built().forms().stream().map(form -> form.form().id()).toList(),
            offer.built().cms().sha256(),
            offer.built().cms().content().length,
            Cells.instant(row, "created_at"));
    return Progress.onCertificates(key, ready, offer.row().cause());
  }

  private static AuditEntry entry(Offer offer) {
    return new AuditEntry(
        offer.row().naturalKey().tenant(),
        "package.offered",
        "issuance-service",
        "package/" + offer.built().packageId(),
        Map.of(
            "requestId", offer.row().requestId().toString(),
            "deviceId", offer.row().naturalKey().deviceId(),
            "deviceKeySha256", offer.built().deviceKeySha256(),
            "sha256", offer.built().cms().sha256()));
  }
}
