package io.certferry.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.local.Api;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;

/** The device-management system of one tenant, and its administrator, on the public surfaces. */
public final class Mdm {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration DIRECTORY_LIMIT = Duration.ofSeconds(60);

  private final LocalStack stack;
  private final String tenant;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Api api;

  public Mdm(LocalStack stack, String tenant) {
    this.stack = stack;
    this.tenant = tenant;
    this.api = new Api(role -> tokens.computeIfAbsent(role, r -> stack.token(r, tenant)));
  }

  /** An entry of {@code GET /packages}. */
  record Offer(String id, String profileId, int generation, String state, String sha256) {}

  /** Creates the profile and assigns it to everybody's group; waits until the CA is known. */
  String assignedProfile(String json) {
    URI profiles = profileService("/api/v1/profiles");
    JsonNode body = parse(json);
    Api.Answer created =
        Awaitility.await("a connector to report the CA")
            .atMost(DIRECTORY_LIMIT)
            .until(
                () -> api.tryCall("profile-admin", "POST", profiles, body),
                answer -> answer.status() != 422 || !answer.text().contains("/certification"));
    if (created.status() != 201) {
      throw new IllegalStateException("the profile was refused: " + created.text());
    }
    String id = created.json().path("id").asText();
    JsonNode everybody =
        parse("{\"include\":[{\"group\":\"" + Fleet.GROUP + "\"}],\"exclude\":[]}");
    api.call(
        "profile-admin",
        "PUT",
        profileService("/api/v1/profiles/" + id + "/assignments"),
        everybody,
        200);
    return id;
  }

  /** A pkcs profile for user certificates with the key of the given kind. */
  static String userProfile(String name, String algorithm, int size) {
    return """
        {"kind":"pkcs","displayName":"%s","platforms":["ios","macos","windows","android"],
         "certificateType":"user","certificationAuthority":"builtin","certificateTemplate":"User",
         "keySpec":{"algorithm":"%s","size":%d},"subject":"CN={{UserName}}",
         "subjectAlternativeNames":[{"type":"upn","value":"{{UserPrincipalName}}"}],
         "extendedKeyUsages":["clientAuth"],"validity":{"value":1,"unit":"years"},
         "renewalThresholdPercent":20}
        """
        .formatted(name, algorithm, size);
  }

  /** Checks in by REST: accepted means committed. */
  void checkIn(ManagedDevice device) {
    api.call("mdm", "POST", profileService("/api/v1/checkins"), device.checkIn(), 202);
  }

  /** Checks in by REST, whatever the answer. */
  int tryCheckIn(ManagedDevice device) {
    return api.tryCall("mdm", "POST", profileService("/api/v1/checkins"), device.checkIn())
        .status();
  }

  /** The record of a check-in by Kafka. */
  ProducerRecord<String, byte[]> checkInRecord(ManagedDevice device) {
    return event(Topics.DEVICE_CHECKINS, "DeviceCheckedIn", device, device.checkIn());
  }

  /** The record that tells of the end of a device, by Kafka. */
  ProducerRecord<String, byte[]> lifecycleRecord(ManagedDevice device, String what) {
    JsonNode body =
        JSON.createObjectNode()
            .put("deviceId", device.id())
            .put("event", what)
            .put("occurredAt", Instant.now().toString());
    return event(Topics.DEVICE_LIFECYCLE, "DeviceLifecycleChanged", device, body);
  }

  private ProducerRecord<String, byte[]> event(
      String topic, String type, ManagedDevice device, JsonNode body) {
    ProducerRecord<String, byte[]> event =
        new ProducerRecord<>(
            topic,
            Keys.device(tenant, device.id()),
            body.toString().getBytes(StandardCharsets.UTF_8));
    header(event, Headers.SPEC_VERSION, "1.0");
    header(event, Headers.ID, UUID.randomUUID().toString());
    header(event, Headers.TYPE, "io.certferry.device." + type + ".v1");
    header(event, Headers.SOURCE, "mdm");
    header(event, Headers.TIME, Instant.EPOCH.toString());
    header(event, Headers.TENANT, tenant);
    header(event, Headers.CORRELATION_ID, UUID.randomUUID().toString());
    header(event, Headers.SEQUENCE, "0");
    header(event, Headers.CONTENT_TYPE, "application/json");
    return event;
  }

  /** What a device can fetch now. */
  List<Offer> offers(ManagedDevice device) {
    List<Offer> offers = new ArrayList<>();
    URI uri = stack.url(ServiceKind.ISSUANCE).resolve("/api/v1/packages?deviceId=" + device.id());
    for (JsonNode item : api.get("mdm", uri).json().path("items")) {
      offers.add(
          new Offer(
              item.path("id").asText(),
              item.path("profileId").asText(),
              item.path("generation").asInt(),
              item.path("state").asText(),
              item.path("sha256").asText()));
    }
    return offers;
  }

  /** The bytes of a package's cms form. */
  byte[] fetch(Offer offer) {
    return api.get("mdm", issuance("/api/v1/packages/" + offer.id() + "?form=cms"))
        .body()
        .toArray();
  }

  /** The status of fetching it now. */
  int status(Offer offer) {
    return api.tryCall(
            "mdm",
            "GET",
            issuance("/api/v1/packages/" + offer.id() + "?form=cms"),
            JSON.createObjectNode())
        .status();
  }

  /** Opens a package with the device's key. */
  static OpenedPackage open(byte[] envelope, ManagedDevice device) {
    return OpenedPackage.open(envelope, device.device());
  }

  /** Reports it as installed. */
  void acknowledge(Offer offer) {
    api.call(
        "mdm",
        "POST",
        issuance("/api/v1/packages/" + offer.id() + "/ack"),
        parse("{\"outcome\":\"installed\"}"),
        204);
  }

  private URI issuance(String path) {
    return stack.url(ServiceKind.ISSUANCE).resolve(path);
  }

  private URI profileService(String path) {
    return stack.url(ServiceKind.PROFILE).resolve(path);
  }

  private static void header(ProducerRecord<String, byte[]> event, String name, String value) {
    event.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
