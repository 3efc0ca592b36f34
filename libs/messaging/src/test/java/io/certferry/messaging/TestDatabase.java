package io.certferry.messaging;

import io.certferry.testkit.postgres.PostgresServer;
import io.certferry.testkit.postgres.ServiceDatabase;
import io.certferry.testkit.process.Directories;
import io.certferry.testkit.process.FreePorts;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A migrated database of its own for a test, in the one PostgreSQL of this JVM. */
final class TestDatabase implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final List<String> MIGRATIONS =
      List.of("V0_1__outbox.sql", "V0_2__inbox.sql", "V0_3__audit.sql");
  private static @Nullable PostgresServer shared;

  private final PostgresServer server;
  private final ServiceDatabase database;
  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;

  private TestDatabase(PostgresServer server, ServiceDatabase database) {
    this.server = server;
    this.database = database;
    this.pool = newPool(8);
  }

  static TestDatabase create() {
    return create(server());
  }

  static TestDatabase create(PostgresServer server) {
    String name = "messaging_" + COUNT.incrementAndGet();
    ServiceDatabase database = new ServiceDatabase(name, name, "secret-" + UUID.randomUUID());
    server.create(database);
    TestDatabase created = new TestDatabase(server, database);
    MIGRATIONS.forEach(file -> created.run(script(file)));
    return created;
  }

  /** A server of its own, for tests that stop it. */
  static PostgresServer start(Path home) {
    return PostgresServer.start(
        new PostgresServer.Options(
            FreePorts.next(), home.resolve("data"), home.resolve("log"), "administrator", false));
  }

  Pool pool() {
    return pool;
  }

  /** Another pool, as another instance of the service has one. */
  Pool newPool(int size) {
    PgConnectOptions login =
        PgConnectOptions.fromUri(url())
            .setUser(database.user())
            .setPassword(database.password())
            .setCachePreparedStatements(true);
    return Pool.newInstance(
        io.vertx.pgclient.PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(size))
            .connectingTo(login)
            .using(vertx.getDelegate())
            .build());
  }

  String url() {
    return server.reactiveUrl(database.name());
  }

  String user() {
    return database.user();
  }

  String password() {
    return database.password();
  }

  RowSet<Row> query(String sql) {
    return pool.query(sql).execute().await().indefinitely();
  }

  long count(String table) {
    return query("select count(*) from " + table).iterator().next().getLong(0);
  }

  /** Runs statements as the owner of the tables. */
  void run(String sql) {
    run(sql, database.user(), database.password());
  }

  /** Runs statements as an intruder with every right, whom no trigger stops. */
  void tamper(String sql) {
    try (Connection connection = server.connect(database.name());
        var statement = connection.createStatement()) {
      statement.execute("set session_replication_role = replica");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(String sql, String user, String password) {
    try (Connection connection = server.connect(database.name(), user, password);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    pool.close().await().indefinitely();
    vertx.close().await().indefinitely();
  }

  private static String script(String file) {
    try (InputStream in = TestDatabase.class.getResourceAsStream("/db/messaging/" + file)) {
      if (in == null) {
        throw new IllegalStateException("no such migration: " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized PostgresServer server() {
    PostgresServer current = shared;
    if (current == null) {
      Path home = temporaryDirectory();
      PostgresServer started = start(home);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    started.kill();
                    Directories.delete(home);
                  }));
      current = started;
      shared = started;
    }
    return current;
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("certferry-messaging-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
