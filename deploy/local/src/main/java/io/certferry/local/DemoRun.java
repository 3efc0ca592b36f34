package io.certferry.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.process.Directories;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The main job once: one certificate on its whole way to one device. */
final class DemoRun {

  private static final String DEVICE_ID = "demo-iphone";
  private static final int CHECK_INS = 10;

  private final LocalStack stack;
  private final Timeline timeline;
  private final InstantSource clock = InstantSource.system();
  private final Api api;
  private final Path directory;

  private DemoRun(LocalStack stack, Timeline timeline) {
    this.stack = stack;
    this.timeline = timeline;
    this.api = stack.api();
    this.directory = stack.runDirectory().resolve("demo");
  }

  static DemoRun of(LocalStack stack, Timeline timeline) {
    return new DemoRun(stack, timeline);
  }

  DemoReport run() {
    X509Certificate root = rootOfTheCa();
    String rootProfile = createProfile(DemoProfiles.trustedRoot(base64(root)), "trusted-root");
    String profile = createProfile(DemoProfiles.pkcs(), "pkcs");
    assign(rootProfile);
    assign(profile);
    timeline.step("assigned both profiles to all-users");

    Device device = makeDevice();
    long checkedIn = System.nanoTime();
    checkIn(device);
    JsonNode offered = awaitPackage(profile);
    Duration toPackage = Duration.ofNanos(System.nanoTime() - checkedIn);
    timeline.step("package offered " + toPackage.toMillis() + " ms after the check-in");

    DemoPackage opened = fetch(offered, device);
    List<String> proofs = DemoProofs.of(opened, device, root, directory).check();
    proofs.forEach(timeline::step);
    acknowledge(awaitPackage(rootProfile));
    acknowledge(offered);
    timeline.step("acknowledged both packages as installed");
    int generations = checkInAgain(device, profile);
    return new DemoReport(
        device, opened, toPackage, firstIn(generations), memory(), directory, timeline.elapsed());
  }

  private static int firstIn(int generations) {
    if (generations != 1) {
      throw new StackException(
          CHECK_INS + " more check-ins made " + generations + " generations instead of 1");
    }
    return generations;
  }

  private String memory() {
    return stack.services().stream()
        .map(service -> service.name() + " " + service.residentMegabytes() + " MiB")
        .collect(Collectors.joining(", "));
  }

  private X509Certificate rootOfTheCa() {
    URI uri =
        stack
            .url(ServiceKind.GATEWAY)
            .resolve("/api/v1/cas/builtin/certificate?format=pem&chain=true");
    List<X509Certificate> chain =
        PemFiles.parseCertificates(api.get("pki-admin", uri).body().toArray());
    X509Certificate root = chain.get(chain.size() - 1);
    timeline.step("fetched the root " + root.getSubjectX500Principal().getName());
    return root;
  }

  private String createProfile(JsonNode body, String kind) {
    URI uri = stack.url(ServiceKind.PROFILE).resolve("/api/v1/profiles");
    Api.Answer answer = api.call("profile-admin", "POST", uri, body, 201);
    String id = answer.json().path("id").asText();
    timeline.step("created the " + kind + " profile " + id);
    return id;
  }

  private void assign(String profile) {
    URI uri =
        stack.url(ServiceKind.PROFILE).resolve("/api/v1/profiles/" + profile + "/assignments");
    api.call("profile-admin", "PUT", uri, DemoProfiles.assignments(), 200);
  }

  private Device makeDevice() {
    Device device = new Devices(stack.keys().deviceCa("default"), clock).rsa(DEVICE_ID);
    Directories.delete(directory);
    PemFiles.writePrivateKey(directory.resolve("device.key"), device.keys(), false);
    PemFiles.writeCertificates(directory.resolve("device.pem"), List.of(device.certificate()));
    timeline.step("made the device " + DEVICE_ID + " (RSA-2048)");
    return device;
  }

  private void checkIn(Device device) {
    URI uri = stack.url(ServiceKind.PROFILE).resolve("/api/v1/checkins");
    api.call("mdm", "POST", uri, DemoProfiles.checkIn(device), 202);
  }

  private JsonNode awaitPackage(String profile) {
    return Polling.await(
        "a package of profile " + profile,
        () -> packages(profile).stream().findFirst().orElse(null));
  }

  private List<JsonNode> packages(String profile) {
    URI uri = stack.url(ServiceKind.ISSUANCE).resolve("/api/v1/packages?deviceId=" + DEVICE_ID);
    JsonNode items = api.get("mdm", uri).json().path("items");
    return StreamSupport.stream(items.spliterator(), false)
        .filter(item -> item.path("profileId").asText().equals(profile))
        .toList();
  }

  private DemoPackage fetch(JsonNode item, Device device) {
    URI uri = packageUri(item, "?form=cms");
    Bytes envelope = api.get("mdm", uri).body();
    DemoPackage opened = DemoPackage.open(envelope, item.path("sha256").asText(), device);
    opened.write(directory);
    timeline.step("fetched " + envelope.length() + " bytes and opened them with the device's key");
    return opened;
  }

  private void acknowledge(JsonNode item) {
    api.call(
        "mdm",
        "POST",
        packageUri(item, "/ack"),
        DemoProfiles.installed(clock.instant().toString()),
        204);
  }

  private URI packageUri(JsonNode item, String suffix) {
    return stack
        .url(ServiceKind.ISSUANCE)
        .resolve("/api/v1/packages/" + item.path("id").asText() + suffix);
  }

  /** Check-ins by REST are evaluated in the call, so their effect can be looked at at once. */
  private int checkInAgain(Device device, String profile) {
    for (int i = 0; i < CHECK_INS; i++) {
      checkIn(device);
    }
    List<Integer> generations = new ArrayList<>();
    packages(profile).forEach(item -> generations.add(item.path("generation").asInt()));
    timeline.step(CHECK_INS + " more check-ins: generations " + generations);
    return (int) generations.stream().distinct().count();
  }

  private static String base64(X509Certificate certificate) {
    return Base64.getEncoder().encodeToString(DemoPackage.encoded(certificate));
  }
}
