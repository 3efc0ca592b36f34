package io.certferry.testkit;

import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Kafka and PostgreSQL in containers ({@code mvn verify -Pcontainers}) in place of the embedded
 * ones, published on 127.0.0.1. Tests that kill a server keep the embedded ones, which are theirs
 * alone.
 */
final class ContainerServers {

  private static final String SWITCH = "certferry.containers";
  private static final String KAFKA_IMAGE = "certferry.containers.kafka";
  private static final String POSTGRES_IMAGE = "certferry.containers.postgres";
  private static final int POSTGRES_PORT = 5432;

  private ContainerServers() {}

  /** Whether the build asks for them; this is the only place that does. */
  static boolean areWanted() {
    return Boolean.getBoolean(SWITCH);
  }

  /** Starts both and returns when they take connections. */
  static TestServers start(String administratorPassword) {
    KafkaContainer kafka =
        new KafkaContainer(
            DockerImageName.parse(System.getProperty(KAFKA_IMAGE, "apache/kafka:4.1.1"))
                .asCompatibleSubstituteFor("apache/kafka"));
    kafka.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    kafka.start();
    PostgreSQLContainer postgres =
        new PostgreSQLContainer(
            DockerImageName.parse(System.getProperty(POSTGRES_IMAGE, "postgres:17.6"))
                .asCompatibleSubstituteFor("postgres"));
    postgres
        .withUsername("postgres")
        .withPassword(administratorPassword)
        .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
    postgres.start();
    return new TestServers(
        kafka.getBootstrapServers(),
        postgres.getMappedPort(POSTGRES_PORT),
        () -> {
          kafka.stop();
          postgres.stop();
        });
  }
}
