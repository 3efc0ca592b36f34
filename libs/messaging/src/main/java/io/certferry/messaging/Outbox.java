package io.certferry.messaging;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Where events wait, in their final bytes, for the transaction that made them to commit and for
 * Kafka to take them.
 *
 * <p>Order: events of one key leave in the order of their rows' ids. Two transactions that append
 * for the same key must therefore lock the aggregate's row before they append, as they must anyway
 * to change it.
 */
@Singleton
public class Outbox {

  private static final String INSERT =
      """
      insert into outbox (event_id, event_type, topic, record_key, headers, payload)
      select event_id, event_type, topic, record_key, headers, payload
      from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
        with ordinality as e (event_id, event_type, topic, record_key, headers, payload, n)
      order by n
      """;

  private static final String INSERT_JSON =
      """
      insert into outbox (event_id, event_type, topic, record_key, headers, payload)
      select event_id, event_type, topic, record_key, headers, decode(payload, 'base64')
      from json_to_recordset(cast(cast(:rows as text) as json))
        as e (n int, event_id uuid, event_type text, topic text, record_key text, headers text, payload text)
      order by n
      """;

  private final ServiceName service;
  private final InstantSource clock;
  private volatile Runnable relay = () -> {};

  public Outbox(ServiceName service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
  }

  /**
   * Appends in the caller's transaction, all in one statement. Encodes on the calling thread; call
   * {@link #nudge()} after the commit.
   *
   * @throws IllegalArgumentException if a payload is no message of the contract
   */
  public Uni<Void> append(SqlConnection tx, List<OutboundEvent> events) {
    return insert(tx, encode(events));
  }

  /**
   * The same for Hibernate Reactive: a {@code Mutiny.Session} or {@code Mutiny.StatelessSession}
   * with a transaction open.
   */
  public Uni<Void> append(Mutiny.QueryProducer session, List<OutboundEvent> events) {
    return events.isEmpty()
        ? Uni.createFrom().voidItem()
        : session
            .createNativeQuery(INSERT_JSON)
            .setParameter("rows", json(encode(events)))
            .executeUpdate()
            .replaceWithVoid();
  }

  /**
   * Tells the relay, after a commit, that there is something to carry; without it the relay's poll
   * finds it.
   */
  public void nudge() {
    relay.run();
  }

  void onNudge(Runnable listener) {
    relay = listener;
  }

  Uni<Void> insert(SqlConnection tx, List<OutboxRow> rows) {
    return rows.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(INSERT).execute(columns(rows)).replaceWithVoid();
  }

  private List<OutboxRow> encode(List<OutboundEvent> events) {
    Instant now = clock.instant();
    return events.stream().map(event -> CloudEvents.encode(event, service, now)).toList();
  }

  private static Tuple columns(List<OutboxRow> rows) {
    return Tuple.tuple()
        .addArrayOfUUID(rows.stream().map(OutboxRow::eventId).toArray(UUID[]::new))
        .addArrayOfString(strings(rows, OutboxRow::eventType))
        .addArrayOfString(strings(rows, OutboxRow::topic))
        .addArrayOfString(strings(rows, OutboxRow::key))
        .addArrayOfString(strings(rows, OutboxRow::headers))
        .addValue(rows.stream().map(row -> buffer(row.payload())).toArray(Buffer[]::new));
  }

  private static String[] strings(
      List<OutboxRow> rows, Function<OutboxRow, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  private static @Nullable Buffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : Buffer.buffer(bytes);
  }

  private static String json(List<OutboxRow> rows) {
    ArrayNode array = ContractJson.mapper().createArrayNode();
    for (OutboxRow row : rows) {
      array
          .addObject()
          .put("n", array.size())
          .put("event_id", row.eventId().toString())
          .put("event_type", row.eventType())
          .put("topic", row.topic())
          .put("record_key", row.key())
          .put("headers", row.headers())
          .put("payload", row.payload());
    }
    return array.toString();
  }
}
