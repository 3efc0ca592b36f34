package io.certferry.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.certferry.contracts.ContractJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The record of who did what: entries are appended in the transaction of the effect, so neither
 * exists without the other (invariant I13), and chained by {@link AuditSealer} within about a
 * second. The table refuses every change but the sealing.
 */
@Singleton
public class AuditTrail {

  private static final String INSERT =
      """
      insert into audit (id, writer, tenant, occurred_at, action, actor, subject, facts)
      select id, $1, tenant, $2, action, actor, subject, facts
      from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
        as e (id, tenant, action, actor, subject, facts)
      """;

  private static final String INSERT_JSON =
      """
      insert into audit (id, writer, tenant, occurred_at, action, actor, subject, facts)
      select id, :writer, tenant, cast(cast(:at as text) as timestamptz), action, actor, subject, facts
      from json_to_recordset(cast(cast(:rows as text) as json))
        as e (id uuid, tenant text, action text, actor text, subject text, facts text)
      """;

  private final ServiceName writer;
  private final InstantSource clock;

  public AuditTrail(ServiceName writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /** Appends in the caller's transaction, all in one statement. */
  public Uni<Void> append(SqlConnection tx, List<AuditEntry> entries) {
    return entries.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(INSERT).execute(columns(entries)).replaceWithVoid();
  }

  /**
   * The same for Hibernate Reactive: a {@code Mutiny.Session} or {@code Mutiny.StatelessSession}
   * with a transaction open.
   */
  public Uni<Void> append(Mutiny.QueryProducer session, List<AuditEntry> entries) {
    return entries.isEmpty()
        ? Uni.createFrom().voidItem()
        : session
            .createNativeQuery(INSERT_JSON)
            .setParameter("writer", writer.value())
            .setParameter("at", now().toString())
            .setParameter("rows", json(entries))
            .executeUpdate()
            .replaceWithVoid();
  }

  private Tuple columns(List<AuditEntry> entries) {
    return Tuple.tuple()
        .addValue(writer.value())
        .addValue(now())
        .addArrayOfUUID(Stream.generate(EventIds::next).limit(entries.size()).toArray(UUID[]::new))
        .addArrayOfString(strings(entries, AuditEntry::tenant))
        .addArrayOfString(strings(entries, AuditEntry::action))
        .addArrayOfString(strings(entries, AuditEntry::actor))
        .addArrayOfString(strings(entries, AuditEntry::subject))
        .addArrayOfString(strings(entries, entry -> factsText(entry.facts())));
  }

  private static String json(List<AuditEntry> entries) {
    ArrayNode array = ContractJson.mapper().createArrayNode();
    for (AuditEntry entry : entries) {
      array
          .addObject()
          .put("id", EventIds.next().toString())
          .put("tenant", entry.tenant())
          .put("action", entry.action())
          .put("actor", entry.actor())
          .put("subject", entry.subject())
          .put("facts", factsText(entry.facts()));
    }
    return array.toString();
  }

  /** What PostgreSQL will give back: microseconds. */
  private OffsetDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  private static String[] strings(List<AuditEntry> entries, Function<AuditEntry, String> column) {
    return entries.stream().map(column).toArray(String[]::new);
  }

  private static String factsText(Map<String, String> facts) {
    try {
      return ContractJson.mapper().writeValueAsString(facts);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
