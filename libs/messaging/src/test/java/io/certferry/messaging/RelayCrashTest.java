package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.StopSignal;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kills the relay's process at each of its crash points and lets another go on. */
@Timeout(120)
class RelayCrashTest {

  private static TestDatabase database;
  private static TestBroker broker;

  @TempDir private Path directory = Path.of(".");

  /** A process that drains the outbox once. */
  public static final class Drain {
    private Drain() {}

    public static void main(String[] arguments) {
      PgConnectOptions login =
          PgConnectOptions.fromUri(arguments[0])
              .setUser(System.getenv("TEST_USER"))
              .setPassword(System.getenv("TEST_PASSWORD"));
      Pool pool =
          Pool.newInstance(
              PgBuilder.pool()
                  .with(new PoolOptions().setMaxSize(2))
                  .connectingTo(login)
                  .using(Vertx.vertx().getDelegate())
                  .build());
      OutboxRelay relay =
          new OutboxRelay(
              pool,
              Samples.outbox(),
              Samples.SERVICE,
              Samples.config(OutboxConfig.class),
              Map.of("bootstrap.servers", arguments[1]),
              new SimpleMeterRegistry());
      System.out.println("sent " + relay.drainOnce().await().indefinitely());
      Runtime.getRuntime().halt(0);
    }
  }

  @BeforeAll
  static void start() {
    database = TestDatabase.create();
    broker = TestBroker.shared();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @ParameterizedTest
  @CsvSource({
    "RELAY_BEFORE_SEND, 0, 1",
    "RELAY_AFTER_SEND_BEFORE_DELETE, 1, 2",
    "RELAY_AFTER_DELETE, 1, 1"
  })
  void sendsAtLeastOnceWhereverItDies(String point, int arrivedBefore, int arrivedInAll) {
    // Given
    String topic = broker.topic("crash");
    Samples.append(database, Samples.outbox(), List.of(Samples.event(topic, "d1", "x")));

    // When
    ChildProcess crashed = drain(point);

    // Then
    assertThat(crashed.exitCode()).contains(137);
    assertThat(broker.read(topic, arrivedBefore)).hasSize(arrivedBefore);

    // When
    ChildProcess next = drain("");

    // Then
    assertThat(next.exitCode()).contains(0);
    var records = broker.read(topic, arrivedInAll);
    assertThat(records).hasSize(arrivedInAll);
    assertThat(records.stream().map(record -> CloudEvents.decode(record).id()).distinct())
        .hasSize(1);
    assertThat(database.count("outbox")).isZero();
  }

  private ChildProcess drain(String crashAt) {
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Spec(
                "relay",
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Drain.class.getName(),
                    database.url(),
                    String.valueOf(broker.settings().get("bootstrap.servers"))),
                Map.of(
                    "CERTFERRY_CRASH_AT",
                    crashAt,
                    "TEST_USER",
                    database.user(),
                    "TEST_PASSWORD",
                    database.password()),
                directory,
                directory.resolve("log"),
                StopSignal.TERM));
    assertThat(process.endsWithin(Duration.ofSeconds(60))).isTrue();
    return process;
  }
}
