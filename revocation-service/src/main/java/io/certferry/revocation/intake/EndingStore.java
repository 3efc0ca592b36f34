package io.certferry.revocation.intake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.certferry.revocation.policy.Trigger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Devices and users that left, and the requests that this ends. */
@Singleton
class EndingStore {

  private static final String INSERT =
      """
      insert into ending (event_id, tenant, device_id, request_id, subject, trigger, effective_at, occurred_at)
      select event_id, tenant, device_id, request_id, subject, trigger, effective_at, occurred_at
      from json_to_recordset($1::text::json) as e (event_id uuid, tenant text, device_id text,
        request_id uuid, subject text, trigger text, effective_at timestamptz, occurred_at timestamptz)
      on conflict (event_id) do nothing
      """;

  private static final String MATCH =
      """
      (case when e.request_id is not null then r.request_id = e.request_id
        else r.created_at <= e.effective_at
          and (e.subject is null or (e.subject = '*' and r.subject <> '-') or r.subject = e.subject)
        end)
      """;

  private static final String ENDED_BY_EVENTS =
      """
      select r.request_id, e.trigger, e.occurred_at as event_at, e.event_id from ending e
      join request r on r.tenant = e.tenant and r.device_id = e.device_id
      where e.event_id = any($1::uuid[]) and
      """
          + MATCH;

  private static final String ENDED_BEFORE_KNOWN =
      """
      select r.request_id, e.trigger, e.occurred_at as event_at from request r
      join ending e on e.tenant = r.tenant and e.device_id = r.device_id
      where r.request_id = any($1::uuid[]) and
      """
          + MATCH
          + """
          union all
          select r.request_id, 'user-' || u.state, u.changed_at from request r
          join directory_user u on u.tenant = r.tenant and u.subject = r.subject
            and u.state in ('disabled', 'deleted')
          where r.request_id = any($1::uuid[])
          union all
          select r.request_id, r.ended_trigger, r.ended_at from request r
          where r.request_id = any($1::uuid[]) and r.ended_action = 'revoke'
          """;

  private static final String OF_DELETED_PROFILES =
      """
      select r.request_id, 'profile-deleted', p.changed_at from profile p
      join request r on r.tenant = p.tenant and r.profile_id = p.profile_id and r.swept_at is null
      where p.state = 'deleted' limit $1
      """;

  private static final String SWEPT =
      "update request set swept_at = now() where request_id = any($1::uuid[]) and swept_at is null";

  private static final String STILL_ENDED =
      """
      select request_id, ended_trigger as trigger, ended_at as event_at from request
      where request_id = any($1::uuid[]) and ended_action = 'revoke'
      """;

  /**
   * Something of a device ended.
   *
   * @param requestId the one request that ends; null when it is not only one
   * @param subject null for the whole device, {@code *} for all its users, else one user
   * @param effectiveAt requests decided until then end
   */
  record Leaving(
      UUID eventId,
      String tenant,
      String deviceId,
      @Nullable UUID requestId,
      @Nullable String subject,
      Trigger trigger,
      Instant effectiveAt,
      Instant occurredAt) {}

  /**
   * A request that ends, and why.
   *
   * @param eventId the event that ended it; null when it was not one
   */
  record EndedRequest(UUID requestId, Trigger trigger, Instant eventAt, @Nullable UUID eventId) {

    static EndedRequest of(Row row) {
      return new EndedRequest(
          row.getUUID(0),
          Trigger.of(row.getString(1)).orElse(Trigger.MANUAL),
          row.getOffsetDateTime(2).toInstant(),
          row.getColumnIndex("event_id") < 0 ? null : row.getUUID("event_id"));
    }
  }

  /** Records the leavings and gives the known requests that they end. */
  Uni<List<EndedRequest>> record(SqlConnection tx, Collection<Leaving> leavings) {
    if (leavings.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    ArrayNode rows = ContractJson.mapper().createArrayNode();
    leavings.forEach(leaving -> add(rows, leaving));
    UUID[] ids = leavings.stream().map(Leaving::eventId).toArray(UUID[]::new);
    return tx.preparedQuery(INSERT)
        .execute(Tuple.of(rows.toString()))
        .chain(() -> query(tx, ENDED_BY_EVENTS, Tuple.of(ids)));
  }

  private static void add(ArrayNode rows, Leaving leaving) {
    var row =
        rows.addObject()
            .put("event_id", leaving.eventId().toString())
            .put("tenant", leaving.tenant())
            .put("device_id", leaving.deviceId())
            .put("subject", leaving.subject())
            .put("trigger", leaving.trigger().code())
            .put("effective_at", leaving.effectiveAt().toString())
            .put("occurred_at", leaving.occurredAt().toString());
    if (leaving.requestId() != null) {
      row.put("request_id", leaving.requestId().toString());
    }
  }

  /** Why requests that we hear of only now have ended already. */
  Uni<List<EndedRequest>> endedBeforeKnown(SqlConnection tx, Collection<UUID> requestIds) {
    return byIds(tx, ENDED_BEFORE_KNOWN, requestIds);
  }

  /** Requests of deleted profiles that were not seen to yet, at most so many. */
  Uni<List<EndedRequest>> ofDeletedProfiles(SqlConnection tx, int limit) {
    return query(tx, OF_DELETED_PROFILES, Tuple.of(limit));
  }

  /** Notes that the deletion of their profile has been seen to. */
  Uni<Void> swept(SqlConnection tx, Collection<UUID> requestIds) {
    return tx.preparedQuery(SWEPT)
        .execute(Tuple.of(requestIds.toArray(UUID[]::new)))
        .replaceWithVoid();
  }

  /** Of these requests, those whose certificates are to be revoked. */
  Uni<List<EndedRequest>> stillEnded(SqlConnection tx, Collection<UUID> requestIds) {
    return byIds(tx, STILL_ENDED, requestIds);
  }

  private static Uni<List<EndedRequest>> byIds(SqlConnection tx, String sql, Collection<UUID> ids) {
    return ids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : query(tx, sql, Tuple.of(ids.toArray(UUID[]::new)));
  }

  private static Uni<List<EndedRequest>> query(SqlConnection tx, String sql, Tuple parameters) {
    return tx.preparedQuery(sql)
        .execute(parameters)
        .map(
            rows -> {
              List<EndedRequest> list = new ArrayList<>();
              rows.forEach(row -> list.add(EndedRequest.of(row)));
              return list;
            });
  }
}
