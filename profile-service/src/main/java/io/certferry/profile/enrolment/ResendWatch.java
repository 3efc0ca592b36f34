package io.certferry.profile.enrolment;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceStatusReported;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.metric.ProfileMetrics;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.Meters;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.messaging.crash.CrashPoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sends the command again, under a new {@code ce_id}, for each enrolment that shows no progress;
 * issuance-service answers with what it has recorded. A grant near its end is signed again first.
 * Claiming moves the next time on at once, so that several instances, or a crash, only cost a wait.
 * This is also what heals the loss of all of Kafka.
 */
@ApplicationScoped
public class ResendWatch {

  /** A grant must be good for some time after it arrives. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private static final String CLAIM =
      """
      update enrolment e
      set resends = e.resends + 1,
          resend_at = now() + make_interval(secs => case when e.state = 'OFFERED' then $4
                                                         else least($2 * power(2, least(e.resends + 1, 20)), $3) end)
      where e.request_id = any(array(
        select request_id from enrolment where resend_at <= now() order by resend_at limit $1 for update skip locked))
      returning e.request_id, e.grant_jws, e.grant_expires_at, e.device_certificate, e.correlation_id, e.resends,
                case when e.state = 'OFFERED' then e.package_id end as offered_package
      """;

  /** Those for which the claimed grant is still the one that counts. */
  private static final String LOCK =
      """
      select e.request_id
      from enrolment e join unnest($1::uuid[], $2::text[]) as g (request_id, grant_jws) on e.request_id = g.request_id
      where e.grant_jws = g.grant_jws and e.ended_at is null
      order by e.request_id
      for update of e
      """;

  private static final String RENEW =
      """
      update enrolment e set grant_jws = g.grant_jws, grant_expires_at = g.grant_expires_at
      from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as g (request_id, grant_jws, grant_expires_at)
      where e.request_id = g.request_id
      """;

  private static final String REPORTS =
      """
      select tenant, package_id, device_id, outcome, detail, occurred_at
      from package_report where package_id = any($1)
      """;

  private final Pool pool;
  private final EnrolmentStore store;
  private final EnrolmentConfig config;
  private final GrantSigning signing;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final InstantSource clock;
  private final Counter resent;
  private final WorkLoop loop;

  ResendWatch(
      Pool pool,
      EnrolmentStore store,
      EnrolmentConfig config,
      GrantSigning signing,
      Outbox outbox,
      AuditTrail audit,
      InstantSource clock,
      MeterRegistry metrics) {
    this.pool = pool;
    this.store = store;
    this.config = config;
    this.signing = signing;
    this.outbox = outbox;
    this.audit = audit;
    this.clock = clock;
    this.resent = Meters.counter(metrics, ProfileMetrics.COMMANDS_RESENT);
    this.loop = new WorkLoop("resend-watch", 1, config.resendPollInterval(), this::resendOnce);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round, on a worker thread; returns how many commands went out. */
  int resendOnce() {
    List<Due> due = claim().await().indefinitely();
    if (due.isEmpty()) {
      return 0;
    }
    Instant now = clock.instant();
    List<Resend> resends = due.stream().map(d -> resend(d, now)).toList();
    pool.withTransaction(tx -> stillWanted(tx, resends).chain(wanted -> write(tx, wanted, now)))
        .await()
        .indefinitely();
    outbox.nudge();
    resent.increment(resends.size());
    return resends.size();
  }

  private Uni<List<Due>> claim() {
    return pool.preparedQuery(CLAIM)
        .execute(
            Tuple.tuple()
                .addInteger(config.resendBatchSize())
                .addDouble(seconds(config.resendAfter()))
                .addDouble(seconds(config.resendAtMost()))
                .addDouble(seconds(config.offeredResendAfter())))
        .map(
            rows -> {
              List<Due> due = new ArrayList<>();
              rows.forEach(row -> due.add(Due.of(row)));
              return due;
            });
  }

  private Resend resend(Due due, Instant now) {
    Grant grant = GrantSigning.payloadOf(due.grant);
    if (due.expiresAt.isAfter(now.plus(MARGIN))) {
      return new Resend(due, grant, due.grant);
    }
    Grant renewed = signing.renewed(grant, now);
    return new Resend(due, renewed, signing.sign(renewed));
  }

  private static Uni<List<Resend>> stillWanted(SqlConnection tx, List<Resend> resends) {
    return tx.preparedQuery(LOCK)
        .execute(
            Tuple.tuple()
                .addArrayOfUUID(resends.stream().map(r -> r.due.requestId).toArray(UUID[]::new))
                .addArrayOfString(resends.stream().map(r -> r.due.grant).toArray(String[]::new)))
        .map(
            rows -> {
              Set<UUID> wanted = new HashSet<>();
              rows.forEach(row -> wanted.add(row.getUUID(0)));
              return resends.stream().filter(r -> wanted.contains(r.due.requestId)).toList();
            });
  }

  private Uni<Void> write(SqlConnection tx, List<Resend> resends, Instant now) {
    List<Resend> renewed = resends.stream().filter(Resend::isSignedAgain).toList();
    return renew(tx, renewed)
        .chain(() -> outbox.append(tx, resends.stream().map(Resend::command).toList()))
        .chain(() -> repeatReports(tx, resends))
        .chain(() -> store.record(tx, resends.stream().map(r -> r.step(now)).toList()))
        .chain(
            () ->
                audit.append(
                    tx,
                    renewed.stream()
                        .map(
                            r ->
                                GrantDecisions.entry(
                                    "grant.signed-again", "profile-service", r.grant, r.jws))
                        .toList()))
        .invoke(CrashPoint.PROFILE_RESEND_BEFORE_COMMIT::hit);
  }

  private static Uni<Void> renew(SqlConnection tx, List<Resend> renewed) {
    return renewed.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(RENEW)
            .execute(
                Tuple.tuple()
                    .addArrayOfUUID(renewed.stream().map(r -> r.due.requestId).toArray(UUID[]::new))
                    .addArrayOfString(renewed.stream().map(r -> r.jws).toArray(String[]::new))
                    .addArrayOfOffsetDateTime(
                        renewed.stream()
                            .map(r -> r.grant.expiresAt().atOffset(ZoneOffset.UTC))
                            .toArray(OffsetDateTime[]::new)))
            .replaceWithVoid();
  }

  /**
   * A package that is still said to be offered although its device reported: issuance-service did
   * not hear of that.
   */
  private Uni<Void> repeatReports(SqlConnection tx, List<Resend> resends) {
    UUID[] packages =
        resends.stream()
            .map(r -> r.due.offeredPackage)
            .filter(Objects::nonNull)
            .toArray(UUID[]::new);
    return packages.length == 0
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(REPORTS)
            .execute(Tuple.tuple().addArrayOfUUID(packages))
            .chain(
                rows -> {
                  List<OutboundEvent> events = new ArrayList<>();
                  rows.forEach(row -> events.add(report(row)));
                  return outbox.append(tx, events);
                });
  }

  private static OutboundEvent report(Row row) {
    String tenant = row.getString("tenant");
    String deviceId = row.getString("device_id");
    return new OutboundEvent(
        tenant,
        Topics.DEVICE_STATUS,
        Keys.device(tenant, deviceId),
        new DeviceStatusReported(
            deviceId,
            row.getUUID("package_id"),
            row.getString("outcome"),
            row.getString("detail"),
            row.getOffsetDateTime("occurred_at").toInstant()),
        Cause.fresh());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** A command that is due. */
  private record Due(
      UUID requestId,
      String grant,
      Instant expiresAt,
      Bytes deviceCertificate,
      String correlationId,
      int resends,
      @Nullable UUID offeredPackage) {

    static Due of(Row row) {
      return new Due(
          row.getUUID("request_id"),
          row.getString("grant_jws"),
          row.getOffsetDateTime("grant_expires_at").toInstant(),
          Bytes.of(row.getBuffer("device_certificate").getBytes()),
          row.getString("correlation_id"),
          row.getInteger("resends"),
          row.getUUID("offered_package"));
    }
  }

  /** The same with the grant that goes out. */
  private record Resend(Due due, Grant grant, String jws) {

    boolean isSignedAgain() {
      return !jws.equals(due.grant);
    }

    OutboundEvent command() {
      return Commands.of(
          grant, jws, due.deviceCertificate, Cause.withCorrelationId(due.correlationId));
    }

    Step step(Instant now) {
      return new Step(
          due.requestId,
          "resend-" + now.toEpochMilli(),
          now,
          isSignedAgain() ? "sent-again-with-new-grant" : "sent-again",
          null,
          null);
    }
  }
}
