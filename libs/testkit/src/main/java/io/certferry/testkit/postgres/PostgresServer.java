package io.certferry.testkit.postgres;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.Directories;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server as a child process on 127.0.0.1, with passwords (SCRAM), durable as in
 * production unless asked otherwise. It runs as root too, in a user namespace of its own, since
 * PostgreSQL refuses uid 0.
 */
public final class PostgresServer implements AutoCloseable {

  /**
   * System property: the directory that holds {@code bin/postgres} of another PostgreSQL, for tests
   * that need its client programs too.
   */
  public static final String PROGRAMS = "certferry.postgres.programs";

  static final String ADMINISTRATOR = "postgres";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final int LOOKS_FOR_OLD_BACKENDS = 5;

  /**
   * How to run it.
   *
   * @param port on 127.0.0.1
   * @param dataDirectory the cluster; made if there is none
   * @param log file of its output
   * @param administratorPassword of the role {@code postgres}
   * @param durable false turns fsync off, for tests that measure nothing and crash nothing
   */
  public record Options(
      int port, Path dataDirectory, Path log, String administratorPassword, boolean durable) {}

  private final Options options;
  private @Nullable ChildProcess process;

  private PostgresServer(Options options) {
    this.options = options;
  }

  /**
   * Makes the cluster if needed, starts the server and returns when it takes connections.
   *
   * @throws IllegalStateException with the end of its log if it does not come up in 60 s
   */
  public static PostgresServer start(Options options) {
    PostgresServer server = new PostgresServer(options);
    server.start();
    return server;
  }

  /** A server that runs already, started by somebody else of this JVM. */
  public static PostgresServer attach(Options options) {
    return new PostgresServer(options);
  }

  /**
   * Starts it again after {@link #close()}, {@link #kill()} or {@link #wipe()}, on the same port.
   */
  public void start() {
    Path binaries = PostgresBinaries.directory();
    if (!Files.exists(options.dataDirectory().resolve("PG_VERSION"))) {
      makeCluster(binaries);
    }
    for (int look = 1; !comesUp(binaries); look++) {
      if (look == LOOKS_FOR_OLD_BACKENDS) {
        throw new IllegalStateException(
            "PostgreSQL did not start; the end of its log:\n" + lastLines());
      }
    }
  }

  /** kill -9 of the server; its backends notice and end. */
  public void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** Deletes the cluster; the server must be down. */
  public void wipe() {
    if (isAlive()) {
      throw new IllegalStateException("stop PostgreSQL before wiping its data");
    }
    Directories.delete(options.dataDirectory());
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The process, while there is one. */
  public @Nullable ChildProcess process() {
    return process;
  }

  public int port() {
    return options.port();
  }

  /** For programs that log in as the role {@code postgres}. */
  public String administratorPassword() {
    return options.administratorPassword();
  }

  /** {@code jdbc:postgresql://127.0.0.1:port/database}. */
  public String jdbcUrl(String database) {
    return "jdbc:" + reactiveUrl(database);
  }

  /** {@code postgresql://127.0.0.1:port/database}, as the reactive client wants it. */
  public String reactiveUrl(String database) {
    return "postgresql://127.0.0.1:" + options.port() + "/" + database;
  }

  /** A connection of the administrator to one database. */
  public Connection connect(String database) throws SQLException {
    return connect(database, ADMINISTRATOR, options.administratorPassword());
  }

  /** A connection of a role to one database. */
  public Connection connect(String database, String user, String password) throws SQLException {
    Properties login = new Properties();
    login.put("user", user);
    login.put("password", password);
    login.put("connectTimeout", "5");
    return DriverManager.getConnection(jdbcUrl(database), login);
  }

  /** Makes the database and its role; a role that is there already gets the password. */
  public void create(ServiceDatabase database) {
    run(
        ADMINISTRATOR,
        Roles.createOrAlter(database.user(), database.password()),
        "CREATE DATABASE " + database.name() + " OWNER " + database.user(),
        "REVOKE ALL ON DATABASE " + database.name() + " FROM PUBLIC");
    run(database.name(), "ALTER SCHEMA public OWNER TO " + database.user());
  }

  /**
   * Gives the built-in CA its role and schema in the gateway's database, and nothing else there.
   */
  public void createBuiltinCa(String gatewayDatabase, String password) {
    String role = ServiceDatabase.BUILTIN_CA;
    run(
        gatewayDatabase,
        Roles.createOrAlter(role, password),
        "GRANT CONNECT ON DATABASE " + gatewayDatabase + " TO " + role,
        "CREATE SCHEMA " + role + " AUTHORIZATION " + role,
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "ALTER ROLE " + role + " IN DATABASE " + gatewayDatabase + " SET search_path = " + role);
  }

  @Override
  public void close() {
    if (process != null) {
      process.stop(STOP_GRACE);
    }
  }

  private void run(String database, String... statements) {
    try (Connection connection = connect(database);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL refused to prepare " + database, e);
    }
  }

  private void makeCluster(Path binaries) {
    Path password = secretFile(options.administratorPassword());
    try {
      ChildProcess.run(
          AsUser.command(
              List.of(
                  binaries.resolve("bin/initdb").toString(),
                  "--pgdata=" + options.dataDirectory().toAbsolutePath(),
                  "--username=" + ADMINISTRATOR,
                  "--pwfile=" + password,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--no-sync")),
          Map.of("LC_ALL", "C"),
          Path.of("/"));
    } finally {
      Directories.delete(password);
    }
  }

  private boolean comesUp(Path binaries) {
    ChildProcess started =
        ChildProcess.start(
            new ChildProcess.Spec(
                "PostgreSQL",
                AsUser.command(command(binaries)),
                Map.of("LC_ALL", "C"),
                Path.of("/"),
                options.log(),
                StopSignal.INT));
    process = started;
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!takesConnections()) {
      if (started.endsWithin(LOOK)) {
        return false;
      }
      if (System.nanoTime() > deadline) {
        started.kill();
        return false;
      }
    }
    return true;
  }

  private List<String> command(Path binaries) {
    List<String> command = new ArrayList<>();
    command.add(binaries.resolve("bin/postgres").toString());
    command.addAll(List.of("-D", options.dataDirectory().toAbsolutePath().toString()));
    command.addAll(List.of("-c", "listen_addresses=127.0.0.1"));
    command.addAll(List.of("-c", "port=" + options.port()));
    command.addAll(List.of("-c", "unix_socket_directories="));
    command.addAll(List.of("-c", "max_connections=200"));
    command.addAll(List.of("-c", "shared_buffers=128MB"));
    if (!options.durable()) {
      command.addAll(List.of("-c", "fsync=off", "-c", "full_page_writes=off"));
    }
    return command;
  }

  private boolean takesConnections() {
    try (Connection connection = connect(ADMINISTRATOR)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  private String lastLines() {
    return process == null ? "(none)" : process.lastLines(15);
  }

  private static Path secretFile(String secret) {
    try {
      Path file =
          Files.createTempFile(
              "certferry-",
              ".secret",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(file, secret + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a temporary file", e);
    }
  }
}
