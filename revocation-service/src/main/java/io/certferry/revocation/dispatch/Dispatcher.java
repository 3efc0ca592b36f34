package io.certferry.revocation.dispatch;

import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.order.CaRegister;
import io.certferry.revocation.order.Revocation;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Carries due revocations to the CAs. Compromises go at once; the others wait for the CA's pace,
 * and only a small window of them is with a CA at a time, so that the next compromise has a short
 * way. A command that is not answered is sent again, under the same revocation id.
 */
@Singleton
public class Dispatcher {

  private static final int BATCH = 100;

  private final Pool pool;
  private final DispatchStore store;
  private final CommandSigner signer;
  private final CaRegister cas;
  private final Outbox outbox;
  private final DispatchConfig config;
  private final WorkLoop urgentLoop;
  private final WorkLoop pacedLoop;

  Dispatcher(
      Pool pool,
      DispatchStore store,
      CommandSigner signer,
      CaRegister cas,
      Outbox outbox,
      DispatchConfig config) {
    this.pool = pool;
    this.store = store;
    this.signer = signer;
    this.cas = cas;
    this.outbox = outbox;
    this.config = config;
    this.urgentLoop =
        new WorkLoop("dispatch-urgent", 1, config.pollInterval(), this::sendUrgentOnce);
    this.pacedLoop = new WorkLoop("dispatch-paced", 1, config.pollInterval(), this::sendPacedRound);
  }

  void onStart(@Observes StartupEvent event) {
    if (config.enabled()) {
      urgentLoop.start();
      pacedLoop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    urgentLoop.stop();
    pacedLoop.stop();
  }

  /** One round for compromises; returns how many commands were sent. */
  public int sendUrgentOnce() {
    return store.dueCas().stream().mapToInt(ca -> send(store.claimUrgent(ca, BATCH))).sum();
  }

  /** One round for the others; returns how many commands were sent. */
  public int sendPacedOnce() {
    return store.dueCas().stream().mapToInt(this::sendPaced).sum();
  }

  /**
   * A pace is kept in rounds of many: while allowance comes in one by one, as it does on a busy
   * machine, a round at once would cost each command transactions of its own.
   */
  private int sendPacedRound() {
    int sent = sendPacedOnce();
    return sent < BATCH ? 0 : sent;
  }

  private int sendPaced(String caId) {
    double perSecond =
        cas.find(caId)
            .map(CaConfig.Ca::commandsPerSecond)
            .map(own -> own.orElse(config.commandsPerSecond()))
            .orElse(config.commandsPerSecond());
    int window =
        cas.find(caId)
            .map(CaConfig.Ca::inFlight)
            .map(own -> own.orElse(config.inFlight()))
            .orElse(config.inFlight());
    return send(store.claimPaced(caId, perSecond, window, BATCH));
  }

  private int send(List<Revocation> claimed) {
    if (claimed.isEmpty()) {
      return 0;
    }
    Map<UUID, RevokeCertificate> commands = new HashMap<>();
    claimed.forEach(revocation -> commands.put(revocation.id(), signer.command(revocation)));
    int sent =
        pool.withTransaction(
                tx ->
                    store
                        .sent(tx, claimed)
                        .call(
                            ours ->
                                outbox.append(
                                    tx,
                                    ours.stream()
                                        .map(r -> event(r, commands.get(r.id())))
                                        .toList()))
                        .map(List::size))
            .await()
            .indefinitely();
    outbox.nudge();
    return sent;
  }

  private static OutboundEvent event(
      Revocation revocation, @org.jspecify.annotations.Nullable RevokeCertificate command) {
    if (command == null) {
      throw new IllegalStateException("no command for " + revocation.id());
    }
    return new OutboundEvent(
        revocation.key().tenant(),
        Topics.caCommands(command.caId()),
        command.requestId().toString(),
        command,
        Cause.withCorrelationId(revocation.correlationId()));
  }
}
