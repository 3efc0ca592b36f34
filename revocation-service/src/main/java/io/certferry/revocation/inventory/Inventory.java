package io.certferry.revocation.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.ProfileChanged;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.revocation.policy.ProfileKind;
import io.certferry.revocation.policy.ProfileRules;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Requests, certificates and profiles, in set-based statements on the caller's transaction. */
@Singleton
public class Inventory {

  private static final Logger LOG = Logger.getLogger(Inventory.class);

  private static final String UPSERT_REQUESTS =
      """
      insert into request as r (request_id, tenant, device_id, subject, profile_id, item, generation,
        platform, state, state_version, state_at, created_at)
      select * from json_to_recordset($1::text::json) as e (request_id uuid, tenant text, device_id text,
        subject text, profile_id uuid, item text, generation int, platform text, state text,
        state_version int, state_at timestamptz, created_at timestamptz)
      on conflict (request_id) do update
        set state = excluded.state, state_version = excluded.state_version,
          state_at = excluded.state_at, platform = coalesce(excluded.platform, r.platform)
        where excluded.state_version > r.state_version
      returning request_id, xmax = 0 as fresh
      """;

  private static final String INSERT_CERTIFICATES =
      """
      insert into certificate (issuer_key, serial, request_id, tenant, ca_id, issuer, subject,
        not_before, not_after, sha256, spki_sha256)
      select * from json_to_recordset($1::text::json) as e (issuer_key text, serial text, request_id uuid,
        tenant text, ca_id text, issuer text, subject text, not_before timestamptz,
        not_after timestamptz, sha256 text, spki_sha256 text)
      on conflict (issuer_key, serial) do nothing
      returning request_id, tenant, ca_id, issuer, issuer_key, serial, not_after
      """;

  private static final String UPSERT_PROFILES =
      """
      insert into profile as p (tenant, profile_id, version, kind, state, rules, changed_at)
      select * from json_to_recordset($1::text::json) as e (tenant text, profile_id uuid, version int,
        kind text, state text, rules text, changed_at timestamptz)
      on conflict (tenant, profile_id) do update
        set version = excluded.version, kind = excluded.kind, state = excluded.state,
          rules = excluded.rules, changed_at = excluded.changed_at
        where excluded.version > p.version
          or (excluded.version = p.version and excluded.state = 'deleted' and p.state <> 'deleted')
      """;

  private static final String REQUESTS =
      """
      select request_id, tenant, device_id, subject, profile_id, item, generation, platform, state,
        created_at, ended_trigger, ended_action, replaced_at
      from request where request_id = any($1::uuid[])
      """;

  private static final String CERTIFICATES =
      """
      select request_id, tenant, ca_id, issuer, issuer_key, serial, not_after
      from certificate where request_id = any($1::uuid[]) order by not_before
      """;

  private static final String PROFILES =
      """
      select profile_id, kind, rules from profile where profile_id = any($1::uuid[])
      """;

  private static final String REPLACE_OLDER =
      """
      update request o set replaced_at = n.state_at
      from request n
      where n.request_id = any($1::uuid[]) and o.tenant = n.tenant and o.device_id = n.device_id
        and o.subject = n.subject and o.profile_id = n.profile_id and o.item = n.item
        and o.generation < n.generation and o.replaced_at is null
      returning o.request_id, coalesce(o.expected_trigger, 'superseded') as trigger,
        n.state_at as effective_at
      """;

  private static final String MARK_ENDED =
      """
      update request r set ended_trigger = e.trigger, ended_action = e.action, ended_at = e.at
      from json_to_recordset($1::text::json) as e (request_id uuid, trigger text, action text, at timestamptz)
      where r.request_id = e.request_id
        and coalesce(array_position(array['keep', 'remove', 'revoke'], r.ended_action), 0)
          < array_position(array['keep', 'remove', 'revoke'], e.action)
      """;

  private static final String MARK_EXPECTED =
      """
      update request r set expected_trigger = e.trigger, expected_at = e.at
      from json_to_recordset($1::text::json) as e (request_id uuid, trigger text, at timestamptz)
      where r.request_id = e.request_id and r.expected_trigger is null
      """;

  /** The ids of requests that are new to us, and the certificates that are. */
  public record Learnt(Set<UUID> requests, List<KnownCertificate> certificates) {}

  /**
   * Records reports; an older version than the recorded one changes nothing but may bring a
   * certificate.
   */
  public Uni<Learnt> learn(SqlConnection tx, Collection<RequestProgressed> reports) {
    return json(tx, UPSERT_REQUESTS, newest(reports))
        .map(
            rows -> {
              Set<UUID> fresh = new HashSet<>();
              rows.forEach(
                  row -> {
                    if (row.getBoolean("fresh")) {
                      fresh.add(row.getUUID("request_id"));
                    }
                  });
              return fresh;
            })
        .chain(
            fresh ->
                json(tx, INSERT_CERTIFICATES, certificates(reports))
                    .map(rows -> new Learnt(fresh, list(rows, KnownCertificate::of))));
  }

  private static ArrayNode newest(Collection<RequestProgressed> reports) {
    Map<UUID, RequestProgressed> newest = new LinkedHashMap<>();
    reports.forEach(
        report ->
            newest.merge(report.requestId(), report, (a, b) -> a.version() >= b.version() ? a : b));
    ArrayNode array = array();
    newest.values().forEach(report -> addRequest(array, report));
    return array;
  }

  private static void addRequest(ArrayNode array, RequestProgressed report) {
    NaturalKey key = report.naturalKey();
    array
        .addObject()
        .put("request_id", report.requestId().toString())
        .put("tenant", key.tenant())
        .put("device_id", key.deviceId())
        .put("subject", key.subject())
        .put("profile_id", key.profileId().toString())
        .put("item", key.item())
        .put("generation", key.generation())
        .put("platform", report.platform())
        .put("state", report.state().name())
        .put("state_version", report.version())
        .put("state_at", report.at().toString())
        .put("created_at", RequestTimes.createdAt(report.requestId(), report.at()).toString());
  }

  private static ArrayNode certificates(Collection<RequestProgressed> reports) {
    Map<String, ObjectNode> distinct = new LinkedHashMap<>();
    for (RequestProgressed report : reports) {
      CertificateFacts facts = report.certificate();
      if (facts != null) {
        ObjectNode node = certificate(report, facts);
        distinct.putIfAbsent(
            node.get("issuer_key").textValue() + "/" + node.get("serial").textValue(), node);
      }
    }
    return array().addAll(distinct.values());
  }

  private static ObjectNode certificate(RequestProgressed report, CertificateFacts facts) {
    return ContractJson.mapper()
        .createObjectNode()
        .put("issuer_key", IssuerNames.key(facts.issuer()))
        .put("serial", Serials.canonical(facts.serial()))
        .put("request_id", report.requestId().toString())
        .put("tenant", report.naturalKey().tenant())
        .put("ca_id", facts.caId())
        .put("issuer", facts.issuer())
        .put("subject", facts.subject())
        .put("not_before", facts.notBefore().toString())
        .put("not_after", facts.notAfter().toString())
        .put("sha256", facts.sha256())
        .put("spki_sha256", facts.subjectPublicKeySha256());
  }

  /** A profile's change with its tenant and time. */
  public record ProfileReport(String tenant, ProfileChanged change, Instant at) {}

  /** Records profiles; the highest version of each wins. */
  public Uni<Void> learnProfiles(SqlConnection tx, Collection<ProfileReport> reports) {
    Map<String, ProfileReport> newest = new LinkedHashMap<>();
    reports.forEach(
        report ->
            newest.merge(
                report.tenant() + "/" + report.change().profileId(),
                report,
                (a, b) -> a.change().version() > b.change().version() ? a : b));
    ArrayNode array = array();
    newest.values().forEach(report -> addProfile(array, report));
    return json(tx, UPSERT_PROFILES, array).replaceWithVoid();
  }

  private static void addProfile(ArrayNode array, ProfileReport report) {
    ProfileChanged change = report.change();
    JsonNode own = change.settings().get("revocation");
    ProfileRules rules = ProfileRules.of(own);
    rules
        .problems()
        .forEach(
            problem ->
                LOG.warnf(
                    "event=profile-rule-ignored tenant=%s profileId=%s problem=%s",
                    report.tenant(), change.profileId(), problem));
    array
        .addObject()
        .put("tenant", report.tenant())
        .put("profile_id", change.profileId().toString())
        .put("version", change.version())
        .put("kind", change.kind())
        .put("state", change.state())
        .put("rules", own == null ? "null" : own.toString())
        .put("changed_at", report.at().toString());
  }

  public Uni<List<KnownRequest>> requests(SqlConnection tx, Collection<UUID> ids) {
    return byIds(tx, REQUESTS, ids, KnownRequest::of);
  }

  public Uni<List<KnownCertificate>> certificates(SqlConnection tx, Collection<UUID> requestIds) {
    return byIds(tx, CERTIFICATES, requestIds, KnownCertificate::of);
  }

  /**
   * The profiles of requests; one that was never announced counts as the kind that its items show.
   */
  public Uni<Map<UUID, ProfileFacts>> profiles(
      SqlConnection tx, Collection<KnownRequest> requests) {
    Map<UUID, ProfileFacts> facts = new HashMap<>();
    requests.forEach(request -> facts.put(request.key().profileId(), assumed(request.key())));
    return byIds(
            tx, PROFILES, facts.keySet(), row -> Map.entry(row.getUUID(0), ProfileFacts.of(row)))
        .map(
            known -> {
              known.forEach(entry -> facts.put(entry.getKey(), entry.getValue()));
              return facts;
            });
  }

  private static ProfileFacts assumed(NaturalKey key) {
    ProfileKind kind =
        key.item().equals(NaturalKey.NONE) ? ProfileKind.PKCS : ProfileKind.IMPORTED_PFX;
    return new ProfileFacts(kind, ProfileRules.NONE);
  }

  /** A request that a trigger is about to end. */
  public record Ending(UUID requestId, String trigger, Instant effectiveAt) {

    static Ending of(Row row) {
      return new Ending(
          row.getUUID("request_id"),
          row.getString("trigger"),
          row.getOffsetDateTime("effective_at").toInstant());
    }
  }

  /**
   * Marks every older generation of installed requests as replaced; gives those that were not yet.
   */
  public Uni<List<Ending>> replaceOlder(SqlConnection tx, Collection<UUID> installed) {
    return byIds(tx, REPLACE_OLDER, installed, Ending::of);
  }

  /** What was decided about a request. */
  public record Ended(UUID requestId, String trigger, String action, Instant at) {}

  /** Records decisions; a weaker one never overwrites a stronger one. */
  public Uni<Void> markEnded(SqlConnection tx, Collection<Ended> ended) {
    ArrayNode array = array();
    ended.forEach(
        one ->
            array
                .addObject()
                .put("request_id", one.requestId().toString())
                .put("trigger", one.trigger())
                .put("action", one.action())
                .put("at", one.at().toString()));
    return json(tx, MARK_ENDED, array).replaceWithVoid();
  }

  /** Records that requests end once they are replaced; the first trigger stays. */
  public Uni<Void> markExpected(SqlConnection tx, Collection<Ending> expected) {
    ArrayNode array = array();
    expected.forEach(
        one ->
            array
                .addObject()
                .put("request_id", one.requestId().toString())
                .put("trigger", one.trigger())
                .put("at", one.effectiveAt().atOffset(ZoneOffset.UTC).toString()));
    return json(tx, MARK_EXPECTED, array).replaceWithVoid();
  }

  private static <T> Uni<List<T>> byIds(
      SqlConnection tx, String sql, Collection<UUID> ids, Function<Row, T> mapping) {
    return ids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : tx.preparedQuery(sql)
            .execute(Tuple.of(ids.stream().distinct().toArray(UUID[]::new)))
            .map(rows -> list(rows, mapping));
  }

  private static Uni<Iterable<Row>> json(SqlConnection tx, String sql, ArrayNode rows) {
    return rows.isEmpty()
        ? Uni.createFrom().item(List.of())
        : tx.preparedQuery(sql).execute(Tuple.of(rows.toString())).map(set -> set);
  }

  static <T> List<T> list(Iterable<Row> rows, Function<Row, T> mapping) {
    List<T> list = new ArrayList<>();
    rows.forEach(row -> list.add(mapping.apply(row)));
    return list;
  }

  static <T> List<T> list(RowSet<Row> rows, Function<Row, T> mapping) {
    return list((Iterable<Row>) rows, mapping);
  }

  private static ArrayNode array() {
    return ContractJson.mapper().createArrayNode();
  }
}
