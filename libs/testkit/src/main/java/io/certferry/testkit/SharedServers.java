package io.certferry.testkit;

import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.kafka.KafkaProcess;
import io.certferry.testkit.kafka.Topology;
import io.certferry.testkit.postgres.PostgresServer;
import io.certferry.testkit.postgres.ServiceDatabase;
import io.certferry.testkit.process.Directories;
import io.certferry.testkit.process.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One Kafka, one PostgreSQL and one set of keys per JVM. Quarkus may load this class more than
 * once, so what is shared lies in system properties and files, not in static fields.
 */
final class SharedServers {

  static final Map<String, String> DEVICE_CAS =
      Map.of("default", "device-ca", "other", "device-ca-other");

  private static final String DIRECTORY = "certferry.testkit.directory";
  private static final String KAFKA = "certferry.testkit.kafka";
  private static final String POSTGRES_PORT = "certferry.testkit.postgres.port";
  private static final String POSTGRES_PASSWORD = "certferry.testkit.postgres.password";
  private static final String DATABASES = "certferry.testkit.databases";
  private static final String ISSUER = "https://issuer.certferry.test";
  private static final int PARTITIONS = 12;
  private static final int HEAP_MEGABYTES = 256;

  private SharedServers() {}

  /** Starts what does not run yet, makes a fresh database for the service, returns its config. */
  static ServiceConfiguration prepare(String databaseName) {
    synchronized (Runtime.getRuntime()) {
      if (System.getProperty(DIRECTORY) == null) {
        startAll(temporaryDirectory());
      }
      PostgresServer postgres = PostgresServer.attach(postgresOptions());
      ServiceDatabase database = freshDatabase(databaseName);
      postgres.create(database);
      String builtinPassword = System.getProperty(POSTGRES_PASSWORD, "");
      if (databaseName.equals("gateway")) {
        postgres.createBuiltinCa(database.name(), builtinPassword);
      }
      return new ServiceConfiguration(
          System.getProperty(KAFKA, ""),
          postgres,
          database,
          builtinPassword,
          keyMaterial(),
          ISSUER,
          directory().resolve("jwks.json"));
    }
  }

  static KeyMaterial keyMaterial() {
    return KeyMaterial.at(directory().resolve("keys"), DEVICE_CAS);
  }

  static TokenIssuer tokenIssuer() {
    return TokenIssuer.load(ISSUER, directory().resolve("token-keys.json"), InstantSource.system());
  }

  private static void startAll(Path directory) {
    String password = randomPassword();
    System.setProperty(POSTGRES_PASSWORD, password);
    System.setProperty(DIRECTORY, directory.toString());
    try {
      writeKeys(directory);
      TestServers servers =
          ContainerServers.areWanted() ? ContainerServers.start(password) : embedded(directory);
      System.setProperty(POSTGRES_PORT, Integer.toString(servers.postgresPort()));
      Topology.createTopics(servers.kafka(), PARTITIONS, List.of("builtin"));
      System.setProperty(KAFKA, servers.kafka());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(directory, servers)));
    } catch (RuntimeException e) {
      System.clearProperty(DIRECTORY);
      throw e;
    }
  }

  private static TestServers embedded(Path directory) {
    int port = FreePorts.next();
    System.setProperty(POSTGRES_PORT, Integer.toString(port));
    PostgresServer postgres = PostgresServer.start(postgresOptions());
    KafkaProcess kafka = startKafka(directory);
    return new TestServers(
        kafka.bootstrapServers(),
        port,
        () -> {
          kafka.kill();
          postgres.kill();
        });
  }

  private static void writeKeys(Path directory) {
    InstantSource clock = InstantSource.system();
    KeyMaterial.generate(directory.resolve("keys"), DEVICE_CAS, clock);
    TokenIssuer issuer = TokenIssuer.generate(ISSUER, clock);
    PemFiles.writeSecret(directory.resolve("token-keys.json"), issuer.privateJwks());
    PemFiles.writeSecret(directory.resolve("jwks.json"), issuer.jwks());
  }

  private static KafkaProcess startKafka(Path directory) {
    return KafkaProcess.start(
        new KafkaProcess.Options(
            FreePorts.next(),
            FreePorts.next(),
            directory.resolve("kafka/data"),
            directory.resolve("kafka.log"),
            HEAP_MEGABYTES,
            false));
  }

  private static void stop(Path directory, TestServers servers) {
    servers.stop().run();
    Directories.delete(directory);
  }

  /** A name of its own each time, since another application of this JVM may have had the first. */
  private static ServiceDatabase freshDatabase(String name) {
    int number = Integer.getInteger(DATABASES, 0) + 1;
    System.setProperty(DATABASES, Integer.toString(number));
    return new ServiceDatabase(
        name + "_" + number, name, System.getProperty(POSTGRES_PASSWORD, ""));
  }

  private static PostgresServer.Options postgresOptions() {
    return new PostgresServer.Options(
        Integer.getInteger(POSTGRES_PORT, 0),
        directory().resolve("postgres"),
        directory().resolve("postgres.log"),
        System.getProperty(POSTGRES_PASSWORD, ""),
        false);
  }

  private static Path directory() {
    String directory = System.getProperty(DIRECTORY);
    if (directory == null) {
      throw new IllegalStateException("CertferryTestResource does not run in this JVM");
    }
    return Path.of(directory);
  }

  private static String randomPassword() {
    return UUID.randomUUID().toString();
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("certferry-test-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder", e);
    }
  }
}
