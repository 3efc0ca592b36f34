package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.EventTypes;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.DeviceLifecycleChanged;
import io.certferry.contracts.event.RemovalRequested;
import io.certferry.local.Api;
import io.certferry.local.ServiceKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From an event on Kafka to the CA's own list, read by OpenSSL. */
class RevocationTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Stack stack = Stack.shared();
  private final Api api = new Api(role -> stack.local.token(role, "default"));

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "unenrolled, windows, Cessation Of Operation, true",
    "retired, ios, Cessation Of Operation, true",
    "wiped, macos, Cessation Of Operation, false",
    "lost, android, Key Compromise, true"
  })
  void takesACertificateBackWhenItsDeviceLeaves(
      String event, String platform, String reason, boolean removed) throws Exception {
    Assumptions.assumeTrue(OpenSsl.isThere(), "no openssl here");
    // Given
    ManagedDevice device = device("leaves-" + event, platform);
    stack.mdm.checkIn(device);
    stack.awaitDelivered("leaves-" + event, 1);
    Mdm.Offer offer = stack.mdm.offers(device).get(0);
    stack.mdm.fetch(offer);
    stack.mdm.acknowledge(offer);
    String serial = serial(device);
    assertThat(crlText()).doesNotContain(serial);

    // When
    send(new DeviceLifecycleChanged(device.id(), event, null, Instant.now()), device);

    // Then
    JsonNode revocation = awaitListed(device);
    assertThat(revocation.path("barrierAt").asText()).isNotEmpty();
    assertThat(revocation.path("evidence").path("kind").asText()).isEqualTo("crl");
    assertThat(crlText()).contains(serial).contains(reason);
    assertThat(ocspText(serial)).contains("revoked");
    assertThat(status(offer)).isEqualTo(410);
    if (removed) {
      assertThat(awaitRemoval(device).reason()).isEqualTo(event);
    }
    assertThat(stack.invariants.liveCertificates("leaves-" + event)).isZero();
  }

  @Test
  void givesAReenrolledDeviceANewGenerationAndNeverTheOldCertificateAgain() throws Exception {
    // Given
    ManagedDevice device = device("returns", "ios");
    stack.mdm.checkIn(device);
    stack.awaitDelivered("returns", 1);
    Mdm.Offer first = stack.mdm.offers(device).get(0);
    send(new DeviceLifecycleChanged(device.id(), "unenrolled", null, Instant.now()), device);
    awaitListed(device);

    // When
    stack.checkInUntilAccepted(device);
    stack.awaitDelivered("returns", 1);

    // Then
    assertThat(stack.mdm.offers(device)).extracting(Mdm.Offer::generation).containsExactly(2);
    assertThat(status(first)).isEqualTo(410);
    assertThat(stack.invariants.liveCertificates("returns")).isEqualTo(1);
  }

  private ManagedDevice device(String prefix, String platform) {
    ManagedDevice device = stack.fleet.device(prefix + "-1");
    return new ManagedDevice(device.device(), platform, "18.1", device.userName());
  }

  private String serial(ManagedDevice device) {
    return stack
        .databases
        .column(
            ServiceKind.ISSUANCE,
            "select c.serial from certificate c join request r using (request_id)"
                + " where r.device_id = ?",
            device.id())
        .get(0)
        .toUpperCase(Locale.ROOT);
  }

  private JsonNode awaitListed(ManagedDevice device) {
    URI uri =
        stack
            .local
            .url(ServiceKind.REVOCATION)
            .resolve("/api/v1/revocations?deviceId=" + device.id());
    return Awaitility.await("the revocation to be listed")
        .atMost(LIMIT)
        .pollInterval(250, TimeUnit.MILLISECONDS)
        .until(
            () -> api.get("operator", uri).json().path("items").path(0),
            revocation -> revocation.path("state").asText().equals("listed"));
  }

  /** The newest list, its signature verified by OpenSSL. */
  private String crlText() throws IOException, InterruptedException {
    Files.write(directory.resolve("issuing.crl"), download("/ca/builtin/issuing.crl"));
    writePem("issuing");
    assertThat(
            OpenSsl.run(
                directory,
                "crl",
                "-inform",
                "DER",
                "-in",
                "issuing.crl",
                "-noout",
                "-CAfile",
                "issuing.pem"))
        .contains("verify OK");
    return OpenSsl.run(directory, "crl", "-inform", "DER", "-in", "issuing.crl", "-noout", "-text");
  }

  private String ocspText(String serial) throws IOException, InterruptedException {
    writePem("issuing");
    writePem("root");
    return OpenSsl.run(
        directory,
        "ocsp",
        "-issuer",
        "issuing.pem",
        "-serial",
        "0x" + serial,
        "-url",
        stack.local.url(ServiceKind.GATEWAY).resolve("/ca/builtin/ocsp").toString(),
        "-CAfile",
        "root.pem",
        "-no_nonce");
  }

  private void writePem(String name) throws IOException, InterruptedException {
    Files.write(directory.resolve(name + ".cer"), download("/ca/builtin/" + name + ".cer"));
    OpenSsl.run(directory, "x509", "-inform", "DER", "-in", name + ".cer", "-out", name + ".pem");
  }

  private byte[] download(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(stack.local.url(ServiceKind.GATEWAY).resolve(path)).build();
    HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private int status(Mdm.Offer offer) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                stack
                    .local
                    .url(ServiceKind.ISSUANCE)
                    .resolve("/api/v1/packages/" + offer.id() + "?form=cms"))
            .header("Authorization", "Bearer " + stack.local.token("mdm", "default"))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private void send(Object payload, ManagedDevice device)
      throws ExecutionException, InterruptedException {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.DEVICE_LIFECYCLE,
            Keys.device("default", device.id()),
            ContractJson.write(payload));
    Map.of(
            Headers.SPEC_VERSION,
            "1.0",
            Headers.ID,
            UUID.randomUUID().toString(),
            Headers.TYPE,
            EventTypes.nameOf(payload),
            Headers.SOURCE,
            "mdm",
            Headers.TIME,
            Instant.now().toString(),
            Headers.TENANT,
            "default",
            Headers.CORRELATION_ID,
            UUID.randomUUID().toString(),
            Headers.CONTENT_TYPE,
            "application/json")
        .forEach(
            (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.local.kafka().bootstrapServers(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(record).get();
    }
  }

  private RemovalRequested awaitRemoval(ManagedDevice device) {
    return Awaitility.await("the removal event")
        .atMost(LIMIT)
        .until(() -> removals(device), found -> !found.isEmpty())
        .get(0);
  }

  private List<RemovalRequested> removals(ManagedDevice device) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", stack.local.kafka().bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.CERTIFICATES).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<RemovalRequested> found = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  if (record.key().equals(Keys.device("default", device.id()))
                      && new String(
                              record.headers().lastHeader(Headers.TYPE).value(),
                              StandardCharsets.UTF_8)
                          .contains("RemovalRequested")) {
                    found.add(ContractJson.read(record.value(), RemovalRequested.class));
                  }
                });
      }
      return found;
    }
  }
}
