package io.certferry.issuance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.contracts.event.DeliverRoots;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.event.RequestProgressed;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.Grant.NameAttribute;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsSigner;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.certferry.testkit.Tokens;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** What tests tell: a device, its grant, the CA's answer, the package. */
final class Stories {

  static final String TENANT = "default";

  private static final class Holder {
    static final Stories SHARED = new Stories();
  }

  private Stories() {}

  /** One for all tests: the service pins the root of the first CA it hears of. */
  static Stories shared() {
    return Holder.SHARED;
  }

  final Wire wire = new Wire(config("kafka.bootstrap.servers"));
  final TinyCa ca = new TinyCa("Tiny");
  final Devices devices = Devices.ofTenant(TENANT);
  final JwsSigner profileService = signer();

  /** One request on its way. */
  record Story(Grant grant, String jws, Device device) {

    UUID requestId() {
      return grant.requestId();
    }

    NaturalKey naturalKey() {
      return grant.naturalKey();
    }
  }

  static String config(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }

  private static JwsSigner signer() {
    Path verification = Path.of(config("certferry.grant.verification-keys"));
    try {
      return JwsKeys.signer(Files.readString(verification.resolveSibling("grant-signing.pem")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Device newDevice() {
    return devices.ec("device-" + UUID.randomUUID());
  }

  /** A user certificate on a CA under the name builtin, P-256. */
  static CertificatePlan plan() {
    return new CertificatePlan(
        "builtin",
        "User",
        List.of(
            List.of(new NameAttribute("O", "Contoso")), List.of(new NameAttribute("CN", "alice"))),
        List.of(
            new SubjectAlternativeName("upn", "alice@contoso.test"),
            new SubjectAlternativeName("email", "alice@contoso.test")),
        "S-1-5-21-1-2-3-1104",
        List.of("1.3.6.1.5.5.7.3.2"),
        "EC",
        256,
        Duration.ofDays(365).toSeconds());
  }

  static Grant grant(Device device, String platform, @Nullable String osVersion) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return new Grant(
        "pkcs",
        UUID.randomUUID(),
        new NaturalKey(TENANT, device.deviceId(), "u1", UUID.randomUUID(), "-", 1),
        3,
        Certificates.parse(device.certificateDer()).spkiSha256(),
        new Grant.DeviceFacts(platform, osVersion),
        plan(),
        List.of(),
        new Grant.Delivery("Wi-Fi <user>", null, null),
        false,
        now,
        now.plus(Duration.ofDays(7)));
  }

  static Grant with(Grant grant, CertificatePlan plan) {
    return new Grant(
        grant.kind(),
        grant.requestId(),
        grant.naturalKey(),
        grant.profileVersion(),
        grant.deviceKeySha256(),
        grant.device(),
        plan,
        grant.roots(),
        grant.delivery(),
        grant.renewal(),
        grant.issuedAt(),
        grant.expiresAt());
  }

  static Grant signedAt(Grant grant, Instant issuedAt, Instant expiresAt) {
    return new Grant(
        grant.kind(),
        grant.requestId(),
        grant.naturalKey(),
        grant.profileVersion(),
        grant.deviceKeySha256(),
        grant.device(),
        grant.certificate(),
        grant.roots(),
        grant.delivery(),
        grant.renewal(),
        issuedAt,
        expiresAt);
  }

  static Grant forDevice(Grant grant, Device device, Instant issuedAt) {
    return new Grant(
        grant.kind(),
        grant.requestId(),
        grant.naturalKey(),
        grant.profileVersion(),
        Certificates.parse(device.certificateDer()).spkiSha256(),
        grant.device(),
        grant.certificate(),
        grant.roots(),
        grant.delivery(),
        grant.renewal(),
        issuedAt,
        grant.expiresAt());
  }

  static Grant generation(Grant grant, int generation) {
    NaturalKey key = grant.naturalKey();
    return new Grant(
        grant.kind(),
        UUID.randomUUID(),
        new NaturalKey(
            key.tenant(), key.deviceId(), key.subject(), key.profileId(), key.item(), generation),
        grant.profileVersion(),
        grant.deviceKeySha256(),
        grant.device(),
        grant.certificate(),
        grant.roots(),
        grant.delivery(),
        grant.renewal(),
        grant.issuedAt(),
        grant.expiresAt());
  }

  Grant rootsGrant(Device device, String platform) {
    Grant grant = grant(device, platform, null);
    return new Grant(
        "trusted-root",
        grant.requestId(),
        grant.naturalKey(),
        grant.profileVersion(),
        grant.deviceKeySha256(),
        grant.device(),
        null,
        List.of(Bytes.of(ca.root())),
        new Grant.Delivery("Contoso root", "computer-root", null),
        false,
        grant.issuedAt(),
        grant.expiresAt());
  }

  Story request(Device device, Grant grant) {
    return command(new Story(grant, profileService.sign(grant), device));
  }

  Story request() {
    Device device = newDevice();
    return request(device, grant(device, "ios", "18.1"));
  }

  /** The same command under a new event id. */
  Story command(Story story) {
    Bytes certificate = Bytes.of(story.device().certificateDer());
    Object command =
        story.grant().certificate() == null
            ? new DeliverRoots(story.requestId(), story.naturalKey(), story.jws(), certificate)
            : new RequestCertificate(
                story.requestId(), story.naturalKey(), story.jws(), certificate);
    wire.send(
        TENANT,
        Topics.ISSUANCE_REQUESTS,
        Keys.device(TENANT, story.naturalKey().deviceId()),
        command);
    return story;
  }

  SubmitCsr awaitSubmit(Story story) {
    return wire.await(SubmitCsr.class, submit -> submit.requestId().equals(story.requestId()));
  }

  CertificateIssued issued(Story story, byte[] certificate) {
    return issued(story, certificate, ca);
  }

  CertificateIssued issued(Story story, byte[] certificate, TinyCa issuer) {
    return new CertificateIssued(
        story.requestId(),
        "builtin",
        story.naturalKey(),
        1,
        "17",
        Bytes.of(certificate),
        issuer.chain(),
        false,
        false,
        Instant.now());
  }

  void answer(Object result, Story story) {
    wire.send(TENANT, Topics.CA_RESULTS, story.requestId().toString(), result);
  }

  PackageReady awaitPackage(Story story) {
    return wire.await(PackageReady.class, ready -> ready.requestId().equals(story.requestId()));
  }

  RequestProgressed awaitState(Story story, RequestState state) {
    return wire.await(
        RequestProgressed.class,
        progress -> progress.requestId().equals(story.requestId()) && progress.state() == state);
  }

  /** Sends something that is handled after everything before it, and waits until it was. */
  void settle() {
    Story sentinel = request();
    offer(sentinel);
    awaitState(sentinel, RequestState.OFFERED);
  }

  /** The whole way to a package. */
  PackageReady offer(Story story) {
    SubmitCsr submit = awaitSubmit(story);
    answer(issued(story, ca.issue(submit.csr().toArray())), story);
    return awaitPackage(story);
  }

  static Response fetch(UUID packageId, String form) {
    return fetch(packageId, form, TENANT);
  }

  static Response fetch(UUID packageId, String form, String tenant) {
    return given()
        .auth()
        .oauth2(Tokens.token("mdm", tenant))
        .queryParam("form", form)
        .get("/api/v1/packages/" + packageId);
  }

  static Response acknowledge(UUID packageId, String body) {
    return given()
        .auth()
        .oauth2(Tokens.token("mdm", TENANT))
        .contentType("application/json")
        .body(body)
        .post("/api/v1/packages/" + packageId + "/ack");
  }

  /** What the device finds in the envelope. */
  static JsonNode open(PackageReady ready, Device device) {
    byte[] envelope =
        fetch(ready.packageId(), "cms").then().statusCode(200).extract().asByteArray();
    assertThat(JwsKeys.sha256Hex(envelope)).isEqualTo(ready.sha256());
    return open(envelope, device);
  }

  static JsonNode open(byte[] envelope, Device device) {
    try (SecretBytes key = SecretBytes.copyOf(device.keys().getPrivate().getEncoded());
        SecretBytes content = CmsEnvelopes.open(envelope, key, device.certificateDer())) {
      return ContractJson.mapper().readTree(content.expose(SecretAccess.granted()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
