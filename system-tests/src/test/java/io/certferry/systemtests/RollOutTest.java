package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.LocalStack;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What k8s/ relies on: a Job that only migrates, pods that wait for it, HTTPS by configuration. */
@Tag("operations")
class RollOutTest {

  private static final int PORT_OFFSET = 6500;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** As k8s/base/common/migration.yaml and workload.yaml have it. */
  private static final String JOB = "-Dquarkus.init-and-exit=true";

  private static final String[] POD = {
    "-Dquarkus.flyway.migrate-at-start=false",
    "-Dquarkus.flyway.validate-at-start=true",
    "-Dquarkus.flyway.ignore-migration-patterns=*:future"
  };

  private static LocalStack stack;
  private static Databases databases;
  private static ServiceInstance service;

  @BeforeAll
  static void start() {
    StackOptions options =
        StackOptions.defaults().elsewhere(Path.of("target/roll-out"), PORT_OFFSET);
    for (ServiceKind kind : ServiceKind.values()) {
      options = options.withInstances(kind, kind == ServiceKind.PROFILE ? 1 : 0);
    }
    stack = LocalStack.start(options, text -> System.out.println("stack: " + text));
    databases = new Databases(stack);
    service = stack.service(ServiceKind.PROFILE, 1);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @AfterEach
  void stopTheService() {
    service.stop(Duration.ofSeconds(15));
  }

  @Test
  void theJobMigratesAndEndsWithoutServing() throws IOException {
    // Given
    emptyTheDatabase();
    int logged = Files.readString(service.log()).length();

    // When
    service.launch(JOB);

    // Then
    assertThat(service.endsWithin(LIMIT)).isTrue();
    assertThat(service.exitCode()).contains(0);
    assertThat(databases.count(ServiceKind.PROFILE, "select count(*) from flyway_schema_history"))
        .isPositive();
    assertThat(Files.readString(service.log()).substring(logged)).doesNotContain("Listening on");
  }

  @Test
  void aPodDoesNotStartBeforeTheJob() {
    // Given
    emptyTheDatabase();

    // When
    service.launch(POD);

    // Then
    assertThat(service.endsWithin(LIMIT)).isTrue();
    assertThat(service.exitCode()).isNotEqualTo(Optional.of(0));

    // When
    migrate();

    // Then
    service.start(POD);
    assertThat(service.isReady()).isTrue();
  }

  @Test
  void anOldPodStartsOnTheSchemaOfTheNextRelease() {
    // Given
    emptyTheDatabase();
    migrate();
    databases.execute(
        ServiceKind.PROFILE,
        "insert into flyway_schema_history values"
            + " (9999, '9999', 'the next release', 'SQL', 'V9999__next.sql', 1, 'profile', now(), 1, true)");

    // Then
    service.start(POD);
    assertThat(service.isReady()).isTrue();
  }

  @Test
  void servesHttpsAloneWhenToldSo() throws Exception {
    // Given
    emptyTheDatabase();
    migrate();
    int port = FreePorts.next();

    // When
    service.launch(Stream.concat(Stream.of(POD), https(port)).toArray(String[]::new));

    // Then
    HttpClient trusting = trusting(stack.keys().internalCa());
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/q/health/ready")).build();
    Awaitility.await()
        .atMost(LIMIT)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> trusting.send(ready, BodyHandlers.discarding()).statusCode() == 200);
    assertThat(service.isReady()).as("over plain HTTP").isFalse();
  }

  private static Stream<String> https(int port) {
    return Stream.of(
        "-Dquarkus.http.ssl-port=" + port,
        "-Dquarkus.http.insecure-requests=disabled",
        "-Dquarkus.http.tls-configuration-name=http",
        "-Dquarkus.tls.http.key-store.pem.service.cert=" + stack.keys().internalServerCertificate(),
        "-Dquarkus.tls.http.key-store.pem.service.key=" + stack.keys().internalServerKey(),
        "-Dquarkus.tls.http.protocols=TLSv1.3,TLSv1.2",
        "-Dquarkus.tls.http.reload-period=1h");
  }

  private static void emptyTheDatabase() {
    service.stop(Duration.ofSeconds(15));
    databases.execute(
        ServiceKind.PROFILE,
        "drop schema public cascade; create schema public authorization profile");
  }

  private static void migrate() {
    service.launch(JOB);
    assertThat(service.endsWithin(LIMIT)).isTrue();
  }

  private static HttpClient trusting(Path anchors) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("internal", PemFiles.readCertificates(anchors).get(0));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
