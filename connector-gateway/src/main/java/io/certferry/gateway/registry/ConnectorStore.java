package io.certferry.gateway.registry;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Connectors in the database. A lock per tenant makes the limit exact however many start at once;
 * time is the database's.
 */
@ApplicationScoped
public class ConnectorStore {

  private static final String LOCK =
      "select cast(pg_advisory_xact_lock(hashtextextended('certferry connectors ' || :tenant, 0))"
          + " as text)";

  private static final String NOW = "select now()";

  private final Mutiny.SessionFactory sessions;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final ConnectorConfig config;

  ConnectorStore(
      Mutiny.SessionFactory sessions, Outbox outbox, AuditTrail audit, ConnectorConfig config) {
    this.sessions = sessions;
    this.outbox = outbox;
    this.audit = audit;
    this.config = config;
  }

  /**
   * Somebody's report.
   *
   * @param session null for a registration by an administrator
   * @param takesOver whether a session may replace another one: true at a process's first report
   * @param actor for the audit
   */
  public record Report(
      String tenant,
      @Nullable UUID session,
      boolean takesOver,
      ConnectorReported content,
      ConnectorRuntime runtime,
      String actor) {}

  /** Registers or renews, and announces it. */
  Uni<Registration> report(Report report) {
    return sessions.withTransaction(session -> locked(session, report)).invoke(outbox::nudge);
  }

  /** As {@link #report}, for worker threads. Blocking. */
  public Registration reportAndWait(Report report) {
    return Sessions.await(() -> report(report));
  }

  private Uni<Registration> locked(Mutiny.Session session, Report report) {
    return lock(session, report.tenant())
        .chain(() -> now(session))
        .chain(
            now ->
                expire(session, report.tenant(), now)
                    .chain(() -> find(session, report.tenant(), report.content().connectorId()))
                    .chain(known -> decide(session, report, known, now)));
  }

  private Uni<Registration> decide(
      Mutiny.Session session, Report report, @Nullable Connector known, Instant now) {
    if (known != null && known.state() == Connector.State.RETIRED) {
      return refused("retired", "The connector was retired; register it under another id.");
    }
    if (known != null && isSuperseded(report, known)) {
      return refused("superseded", "Another process reports under this connector id.");
    }
    if (known != null && known.state() == Connector.State.ACTIVE) {
      return active(session, report, known, now, false);
    }
    return countActive(session, report.tenant())
        .chain(
            count ->
                count >= config.mostPerTenant()
                    ? refused("connector-limit", limitMessage())
                    : active(session, report, known, now, true));
  }

  private static boolean isSuperseded(Report report, Connector known) {
    return report.session() != null && !report.takesOver() && !known.isSessionOf(report.session());
  }

  private String limitMessage() {
    return "The tenant has "
        + config.mostPerTenant()
        + " active connectors, which is the limit; retire one.";
  }

  private static Uni<Registration> refused(String code, String message) {
    return Uni.createFrom().item(new Registration.Refused(code, message));
  }

  private Uni<Registration> active(
      Mutiny.Session session,
      Report report,
      @Nullable Connector known,
      Instant now,
      boolean isNew) {
    Connector connector =
        known == null ? new Connector(report.tenant(), report.content().connectorId(), now) : known;
    ConnectorReported content = report.content();
    connector.reports(
        report.session(),
        content.version(),
        content.roles(),
        content.cas().stream().map(ConnectorReported.Ca::caId).toList(),
        report.runtime(),
        now);
    Uni<Void> stored = known == null ? session.persist(connector) : Uni.createFrom().voidItem();
    return stored
        .chain(session::flush)
        .chain(() -> announce(session, report.tenant(), content))
        .chain(() -> isNew ? note(session, report, "connector.activated") : nothing())
        .replaceWith(new Registration.Active());
  }

  /** Connectors that have not reported become inactive, each with an event. */
  private Uni<Void> expire(Mutiny.Session session, String tenant, Instant now) {
    Instant limit = now.minus(config.inactiveAfter());
    return session
        .createQuery(
            "from Connector where tenant = :tenant and state = 'active' and lastHeartbeatAt <"
                + " :limit",
            Connector.class)
        .setParameter("tenant", tenant)
        .setParameter("limit", limit)
        .getResultList()
        .chain(silent -> expire(session, tenant, silent, now));
  }

  private Uni<Void> expire(
      Mutiny.Session session, String tenant, List<Connector> silent, Instant now) {
    silent.forEach(connector -> connector.becomes(Connector.State.INACTIVE));
    List<OutboundEvent> events =
        silent.stream().map(connector -> event(tenant, gone(connector, now))).toList();
    return silent.isEmpty()
        ? nothing()
        : session.flush().chain(() -> outbox.append(session, events));
  }

  private static ConnectorReported gone(Connector connector, Instant now) {
    return new ConnectorReported(
        connector.connectorId(),
        connector.state().text(),
        connector.version(),
        connector.roles(),
        List.of(),
        now);
  }

  /** Ends a connector for good; false if there is none. */
  Uni<Boolean> retire(String tenant, String connectorId, String actor) {
    return sessions
        .withTransaction(
            session ->
                lock(session, tenant)
                    .chain(() -> find(session, tenant, connectorId))
                    .chain(found -> retire(session, tenant, found, actor)))
        .invoke(outbox::nudge);
  }

  private Uni<Boolean> retire(
      Mutiny.Session session, String tenant, @Nullable Connector found, String actor) {
    if (found == null) {
      return Uni.createFrom().item(false);
    }
    found.becomes(Connector.State.RETIRED);
    return session
        .flush()
        .chain(() -> now(session))
        .chain(now -> announce(session, tenant, gone(found, now)))
        .chain(
            () ->
                audit.append(
                    session,
                    List.of(entry(tenant, actor, found.connectorId(), "connector.retired"))))
        .replaceWith(true);
  }

  /** A process leaves: its connector is inactive at once. */
  Uni<Void> leave(String tenant, String connectorId, UUID own) {
    return sessions
        .withTransaction(
            session ->
                lock(session, tenant)
                    .chain(() -> find(session, tenant, connectorId))
                    .chain(
                        found ->
                            found != null
                                    && found.isSessionOf(own)
                                    && found.state() == Connector.State.ACTIVE
                                ? now(session)
                                    .chain(now -> expire(session, tenant, List.of(found), now))
                                : nothing()))
        .invoke(outbox::nudge);
  }

  Uni<List<Connector>> list(String tenant, @Nullable String after, int most) {
    return sessions.withSession(
        session ->
            session
                .createQuery(
                    "from Connector where tenant = :tenant and connectorId > :after order by"
                        + " connectorId",
                    Connector.class)
                .setParameter("tenant", tenant)
                .setParameter("after", after == null ? "" : after)
                .setMaxResults(most)
                .getResultList());
  }

  Uni<@Nullable Connector> find(String tenant, String connectorId) {
    return sessions.withSession(session -> find(session, tenant, connectorId));
  }

  private static Uni<@Nullable Connector> find(
      Mutiny.Session session, String tenant, String connectorId) {
    return session.find(Connector.class, new Connector.Key(tenant, connectorId));
  }

  private static Uni<Void> lock(Mutiny.Session session, String tenant) {
    return session
        .createNativeQuery(LOCK, String.class)
        .setParameter("tenant", tenant)
        .getSingleResult()
        .replaceWithVoid();
  }

  private static Uni<Instant> now(Mutiny.Session session) {
    return session.createNativeQuery(NOW, Instant.class).getSingleResult();
  }

  private static Uni<Long> countActive(Mutiny.Session session, String tenant) {
    return session
        .createQuery(
            "select count(*) from Connector where tenant = :tenant and state = 'active'",
            Long.class)
        .setParameter("tenant", tenant)
        .getSingleResult();
  }

  private Uni<Void> announce(Mutiny.Session session, String tenant, ConnectorReported content) {
    return outbox.append(session, List.of(event(tenant, content)));
  }

  private static OutboundEvent event(String tenant, ConnectorReported content) {
    return new OutboundEvent(
        tenant, Topics.CONNECTORS, Keys.of(tenant, content.connectorId()), content, Cause.fresh());
  }

  private Uni<Void> note(Mutiny.Session session, Report report, String action) {
    return audit.append(
        session,
        List.of(entry(report.tenant(), report.actor(), report.content().connectorId(), action)));
  }

  private static AuditEntry entry(String tenant, String actor, String connectorId, String action) {
    return new AuditEntry(tenant, action, actor, "connector/" + connectorId, Map.of());
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  /** How long a connector may be silent. */
  Duration inactiveAfter() {
    return config.inactiveAfter();
  }
}
