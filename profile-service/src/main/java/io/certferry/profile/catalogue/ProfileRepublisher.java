package io.certferry.profile.catalogue;

import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Publishes every profile again, deleted ones too: the compacted topic is only a copy of the table.
 * A row is locked while its copy is appended, so that an edit at the same moment comes after it.
 */
@ApplicationScoped
class ProfileRepublisher {

  private static final int PAGE = 100;

  private static final String READ =
      """
      select id, tenant, version, state, settings, created_at, updated_at
      from profile where id > $1 order by id limit $2 for share
      """;

  private final Pool pool;
  private final Outbox outbox;
  private final WorkLoop loop;

  ProfileRepublisher(Pool pool, Outbox outbox, CatalogueConfig config) {
    this.pool = pool;
    this.outbox = outbox;
    this.loop = new WorkLoop("profile-republisher", 1, config.republishInterval(), this::republish);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) {
    loop.stop();
  }

  /** Publishes all; says that nothing is left, so that the loop rests. */
  int republish() {
    UUID after = new UUID(0, 0);
    List<Profile> page;
    do {
      page = republishAfter(after);
      after = page.isEmpty() ? after : page.get(page.size() - 1).id();
    } while (page.size() == PAGE);
    return 0;
  }

  private List<Profile> republishAfter(UUID id) {
    List<Profile> page =
        pool.withTransaction(tx -> read(tx, id).call(profiles -> append(tx, profiles)))
            .await()
            .indefinitely();
    outbox.nudge();
    return page;
  }

  private static Uni<List<Profile>> read(SqlConnection tx, UUID after) {
    return tx.preparedQuery(READ)
        .execute(Tuple.of(after, PAGE))
        .map(
            rows -> {
              List<Profile> profiles = new ArrayList<>();
              rows.forEach(row -> profiles.add(profile(row)));
              return profiles;
            });
  }

  private Uni<Void> append(SqlConnection tx, List<Profile> profiles) {
    List<OutboundEvent> events =
        profiles.stream().map(p -> CatalogueChanges.event(p, Cause.fresh())).toList();
    return outbox.append(tx, events);
  }

  private static Profile profile(Row row) {
    return new Profile(
        row.getUUID("id"),
        row.getString("tenant"),
        row.getInteger("version"),
        row.getString("state"),
        ProfileJson.read(row.getString("settings")),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("updated_at").toInstant());
  }
}
