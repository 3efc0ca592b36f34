package io.certferry.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.testkit.process.FreePorts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

  private static final ServiceDatabase GATEWAY =
      new ServiceDatabase("gateway", "gateway", "gateway-password");
  private static final ServiceDatabase PROFILE =
      new ServiceDatabase("profile", "profile", "profile-password");

  @TempDir static Path directory;
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server =
        PostgresServer.start(
            new PostgresServer.Options(
                FreePorts.next(),
                directory.resolve("data"),
                directory.resolve("postgres.log"),
                "administrator-password",
                true));
    server.create(GATEWAY);
    server.create(PROFILE);
    server.createBuiltinCa("gateway", "builtin-password");
  }

  @AfterAll
  static void stop() {
    server.close();
    assertThat(server.isAlive()).isFalse();
  }

  @Test
  void letsARoleIntoItsOwnDatabaseOnly() throws SQLException {
    // Given / When
    try (Connection own = server.connect("profile", "profile", PROFILE.password())) {
      own.createStatement().execute("CREATE TABLE fact (id int)");
    }

    // Then
    assertThatThrownBy(() -> server.connect("gateway", "profile", PROFILE.password()))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> server.connect("profile", "profile", "wrong-password"))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void givesTheBuiltinCaOnlyItsSchema() throws SQLException {
    // Given
    try (Connection gateway = server.connect("gateway", "gateway", GATEWAY.password())) {
      gateway.createStatement().execute("CREATE TABLE attempt (id int)");
    }

    // When
    try (Connection builtin = server.connect("gateway", "builtin_ca", "builtin-password")) {
      builtin.createStatement().execute("CREATE TABLE ledger (id int)");

      // Then
      assertThatThrownBy(() -> builtin.createStatement().execute("SELECT * FROM public.attempt"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> builtin.createStatement().execute("CREATE TABLE public.x (id int)"))
          .hasMessageContaining("permission denied");
    }
    try (Connection gateway = server.connect("gateway", "gateway", GATEWAY.password())) {
      assertThatThrownBy(() -> gateway.createStatement().execute("SELECT * FROM builtin_ca.ledger"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void keepsCommittedRowsThroughAKill() throws SQLException {
    // Given
    try (Connection own = server.connect("profile", "profile", PROFILE.password())) {
      own.createStatement().execute("CREATE TABLE survivor AS SELECT 7 AS id");
    }

    // When
    server.kill();
    assertThat(server.isAlive()).isFalse();
    server.start();

    // Then
    try (Connection own = server.connect("profile", "profile", PROFILE.password());
        var rows = own.createStatement().executeQuery("SELECT id FROM survivor")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(7);
    }
  }
}
