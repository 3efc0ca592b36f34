package io.certferry.revocation.directory;

import io.certferry.messaging.Cause;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.certferry.revocation.order.Order;
import io.certferry.revocation.order.OrderRevocations;
import io.certferry.revocation.policy.Trigger;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Reads the directories and orders what follows from their changes. A directory that suddenly shows
 * far fewer users (a wrong base, a broken replica) ends nothing: it is held back and shown.
 */
@Singleton
public class DirectoryWatch {

  private static final Logger LOG = Logger.getLogger(DirectoryWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final int CHUNK = 200;

  private final Pool pool;
  private final DirectoryStore store;
  private final OrderRevocations orders;
  private final Outbox outbox;
  private final DirectoryConfig config;
  private final InstantSource clock;
  private final WorkLoop loop;

  DirectoryWatch(
      Pool pool,
      DirectoryStore store,
      OrderRevocations orders,
      Outbox outbox,
      DirectoryConfig config,
      InstantSource clock) {
    this.pool = pool;
    this.store = store;
    this.orders = orders;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
    this.loop = new WorkLoop("directory-watch", 1, LOOK, this::readOnce);
  }

  void onStart(@Observes StartupEvent event) {
    if (config.enabled() && !config.feeds().isEmpty()) {
      loop.start();
    }
  }

  void onStop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** One round over all directories that are due; returns 0, since none is due again at once. */
  public int readOnce() {
    config.feeds().forEach(this::readIfDue);
    return 0;
  }

  private void readIfDue(String tenant, DirectoryConfig.Feed feed) {
    Optional<DirectoryStore.Claim> claim = store.claim(tenant, feed);
    claim.ifPresent(held -> readOrNote(held, feed));
  }

  private void readOrNote(DirectoryStore.Claim claim, DirectoryConfig.Feed feed) {
    try (LdapDirectory directory = LdapDirectory.open(feed)) {
      store.read(claim, new Reader(claim, feed).read(directory));
    } catch (DirectoryException e) {
      LOG.warnf(
          "event=directory-unreadable tenant=%s code=%s detail=%s",
          claim.tenant(), e.code(), e.getMessage());
      store.unreadable(claim, e.code(), String.valueOf(e.getMessage()));
    }
  }

  /** One reading of one directory. */
  private final class Reader {
    private final DirectoryStore.Claim claim;
    private final DirectoryConfig.Feed feed;
    private final Instant now = clock.instant();
    private long highest;
    private int seen;

    Reader(DirectoryStore.Claim claim, DirectoryConfig.Feed feed) {
      this.claim = claim;
      this.feed = feed;
    }

    DirectoryStore.Reading read(LdapDirectory directory) {
      String server = directory.server();
      boolean sameServer = server.equals(claim.server());
      boolean full = claim.fullDue() || !sameServer || claim.highestUsn() == 0;
      highest = sameServer ? claim.highestUsn() : 0;
      long run = full ? claim.run() + 1 : claim.run();
      int heldBack = claim.heldBack();
      if (full) {
        directory.readAll(page -> take(page, run));
        heldBack = endMissing(run);
      } else {
        directory.readChanges(claim.highestUsn(), page -> take(page, run));
      }
      return new DirectoryStore.Reading(server, highest, run, full, heldBack);
    }

    private void take(List<DirectoryEntry> page, long run) {
      for (int from = 0; from < page.size(); from += CHUNK) {
        List<DirectoryEntry> chunk = page.subList(from, Math.min(page.size(), from + CHUNK));
        chunk.forEach(entry -> highest = Math.max(highest, entry.usn()));
        pool.withTransaction(tx -> apply(tx, chunk, run)).await().indefinitely();
        outbox.nudge();
      }
      seen += page.size();
    }

    private Uni<Void> apply(SqlConnection tx, List<DirectoryEntry> entries, long run) {
      return store
          .users(tx, claim.tenant(), entries.stream().map(DirectoryEntry::entryId).toList())
          .chain(before -> apply(tx, before, ofUsers(entries, before), run));
    }

    /** Among the deleted entries are some that never were users. */
    private List<DirectoryEntry> ofUsers(
        List<DirectoryEntry> entries, Map<String, DirectoryStore.Stored> before) {
      return entries.stream()
          .filter(
              entry ->
                  entry.state() != DirectoryEntry.UserState.DELETED
                      || before.containsKey(entry.entryId()))
          .toList();
    }

    private Uni<Void> apply(
        SqlConnection tx,
        Map<String, DirectoryStore.Stored> before,
        List<DirectoryEntry> entries,
        long run) {
      return store
          .save(tx, claim.tenant(), entries, run, now)
          .chain(() -> end(tx, UserChanges.between(before, entries)));
    }

    private Uni<Void> end(SqlConnection tx, Map<String, Trigger> triggers) {
      return triggers.isEmpty()
          ? Uni.createFrom().voidItem()
          : store
              .requests(tx, claim.tenant(), triggers.keySet())
              .map(requests -> orders(requests, triggers))
              .chain(all -> orders.order(tx, all))
              .replaceWithVoid();
    }

    private List<Order> orders(
        List<DirectoryStore.OfUser> requests, Map<String, Trigger> triggers) {
      List<Order> all = new ArrayList<>();
      for (DirectoryStore.OfUser request : requests) {
        Trigger trigger = triggers.get(request.subject());
        if (trigger != null) {
          all.add(Order.of(request.requestId(), trigger, now, Cause.fresh()));
        }
      }
      return all;
    }

    /**
     * Ends the users that a full reading did not find, unless there are too many. A reading that
     * found nobody proves nothing. Returns how many were held back.
     */
    private int endMissing(long run) {
      Map<String, String> missing = store.missing(claim.tenant(), run);
      boolean agreed = claim.heldBack() < 0;
      if (missing.isEmpty()) {
        return 0;
      }
      if (!agreed && (seen == 0 || missing.size() > feed.mostMissing())) {
        LOG.errorf(
            "event=directory-shrunk tenant=%s missing=%d seen=%d",
            claim.tenant(), missing.size(), seen);
        return missing.size();
      }
      pool.withTransaction(tx -> gone(tx, missing)).await().indefinitely();
      outbox.nudge();
      return 0;
    }

    private Uni<Void> gone(SqlConnection tx, Map<String, String> missing) {
      Map<String, Trigger> triggers = new HashMap<>();
      missing.values().stream()
          .filter(subject -> !subject.isEmpty())
          .forEach(subject -> triggers.put(subject, Trigger.USER_DELETED));
      return store.gone(tx, claim.tenant(), missing.keySet(), now).chain(() -> end(tx, triggers));
    }
  }
}
