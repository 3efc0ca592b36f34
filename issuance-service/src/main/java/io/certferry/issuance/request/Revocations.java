package io.certferry.issuance.request;

import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand;
import io.certferry.issuance.grant.CommandSigner;
import io.certferry.issuance.rows.Cells;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Certificates that must not live (quarantined, extra, late): the command to revoke goes out until
 * the CA has confirmed it.
 */
@Singleton
class Revocations {

  private static final Logger LOG = Logger.getLogger(Revocations.class);

  private static final String CLAIM =
      """
      with due as (
        select request_id, sha256 from issued where revoke_due_at <= now()
        order by revoke_due_at limit 50 for update skip locked),
      claimed as (
        update issued i set
          revoke_tries = i.revoke_tries + 1,
          revoke_due_at = now() + make_interval(secs => least($1 * power(2, least(i.revoke_tries, 20)), $2))
        from due where i.request_id = due.request_id and i.sha256 = due.sha256
        returning i.request_id, i.sha256, i.ca_id as issued_ca_id, i.certificate, i.revocation_id,
          i.revocation_reason, i.verdict)
      select c.*, r.* from claimed c join request r using (request_id)
      """;

  /** Whether the certificate is really another request's: a CA or connector mixed answers up. */
  private static final String OTHERS =
      """
      select exists (select 1 from request_key where spki_sha256 = $1 and request_id <> $2)
          or exists (select 1 from certificate where issuer = $3 and serial = $4 and request_id <> $2)
      """;

  private static final String KEEP_AS_EVIDENCE =
      "update issued set revoke_due_at = null where request_id = $1 and sha256 = $2";

  private final Pool pool;
  private final CommandSigner signer;
  private final RequestConfig config;
  private final Outbox outbox;
  private final AuditTrail audit;
  private final WorkLoop loop;

  Revocations(
      Pool pool, CommandSigner signer, RequestConfig config, Outbox outbox, AuditTrail audit) {
    this.pool = pool;
    this.signer = signer;
    this.config = config;
    this.outbox = outbox;
    this.audit = audit;
    this.loop = new WorkLoop("revocations", 1, config.watchEvery(), this::step);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  private record Unwanted(
      RequestRow row,
      String sha256,
      String caId,
      byte[] certificate,
      UUID revocationId,
      String reason,
      String verdict) {
    static Unwanted of(Row row) {
      return new Unwanted(
          RequestRow.of(row),
          row.getString("sha256"),
          row.getString("issued_ca_id"),
          Cells.bytes(row, "certificate"),
          row.getUUID("revocation_id"),
          row.getString("revocation_reason"),
          row.getString("verdict"));
    }
  }

  /** Claims some and sends the commands; blocks. */
  int step() {
    List<Unwanted> due = new ArrayList<>();
    Tuple parameters =
        Tuple.of(
            config.resendAfter().toMillis() / 1000.0, config.resendAtMost().toMillis() / 1000.0);
    for (Row row : pool.preparedQuery(CLAIM).execute(parameters).await().indefinitely()) {
      due.add(Unwanted.of(row));
    }
    due.forEach(this::revoke);
    outbox.nudge();
    return due.size();
  }

  private void revoke(Unwanted unwanted) {
    try {
      ParsedCertificate certificate = Certificates.parse(unwanted.certificate());
      if (isAnothers(unwanted, certificate)) {
        giveUp(unwanted, "the certificate belongs to another request");
      } else {
        send(unwanted, certificate);
      }
    } catch (PkiException e) {
      giveUp(unwanted, "the certificate cannot be read");
    }
  }

  private boolean isAnothers(Unwanted unwanted, ParsedCertificate certificate) {
    Tuple parameters =
        Tuple.of(
            certificate.spkiSha256(),
            unwanted.row().requestId(),
            certificate.issuer().toRfc4514(),
            certificate.serialHex());
    return pool.preparedQuery(OTHERS)
        .execute(parameters)
        .await()
        .indefinitely()
        .iterator()
        .next()
        .getBoolean(0);
  }

  private void send(Unwanted unwanted, ParsedCertificate certificate) {
    RequestRow row = unwanted.row();
    String issuer = certificate.issuer().toRfc4514();
    String serial = certificate.serialHex();
    String authorization =
        signer.revoke(
            row.requestId(),
            row.naturalKey().tenant(),
            unwanted.caId(),
            issuer,
            serial,
            unwanted.reason(),
            config.authorizationLifetime());
    CaCommand.RevokeCertificate command =
        new CaCommand.RevokeCertificate(
            row.requestId(),
            unwanted.caId(),
            unwanted.revocationId(),
            row.naturalKey(),
            issuer,
            serial,
            unwanted.reason(),
            authorization);
    commit(
        unwanted,
        "revocation.commanded",
        Map.of("serial", serial, "sha256", unwanted.sha256(), "verdict", unwanted.verdict()),
        tx ->
            outbox.append(
                tx,
                List.of(
                    new OutboundEvent(
                        row.naturalKey().tenant(),
                        Topics.caCommands(unwanted.caId()),
                        row.requestId().toString(),
                        command,
                        row.cause()))));
  }

  /** Nothing can or may be revoked: people have to look. */
  private void giveUp(Unwanted unwanted, String why) {
    LOG.errorf(
        "event=not-revocable tenant=%s requestId=%s sha256=%s why=%s",
        unwanted.row().naturalKey().tenant(), unwanted.row().requestId(), unwanted.sha256(), why);
    commit(
        unwanted,
        "revocation.impossible",
        Map.of("sha256", unwanted.sha256(), "why", why),
        tx ->
            tx.preparedQuery(KEEP_AS_EVIDENCE)
                .execute(Tuple.of(unwanted.row().requestId(), unwanted.sha256()))
                .replaceWithVoid());
  }

  private void commit(
      Unwanted unwanted,
      String action,
      Map<String, String> facts,
      java.util.function.Function<SqlConnection, Uni<Void>> effect) {
    AuditEntry entry =
        new AuditEntry(
            unwanted.row().naturalKey().tenant(),
            action,
            "issuance-service",
            unwanted.row().auditSubject(),
            facts);
    pool.withTransaction(tx -> effect.apply(tx).chain(() -> audit.append(tx, List.of(entry))))
        .await()
        .indefinitely();
  }
}
