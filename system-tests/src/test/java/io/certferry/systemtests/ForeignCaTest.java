package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.local.AddedCa;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import io.certferry.pki.certificate.Certificates;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.AdcsPeer;
import io.certferry.testkit.peer.AdcsPeer.TemplateOffer;
import io.certferry.testkit.peer.CmpPeer;
import io.certferry.testkit.peer.EstPeer;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged services, with a CA of each kind as the samples in {@code docs/cas} describe it:
 * only addresses and names of accounts are changed.
 */
@Tag("ca-peers")
class ForeignCaTest {

  private static final Path SAMPLES = Path.of("..", "docs", "cas");
  private static final int PORT_OFFSET = 7500;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final long YEAR = Duration.ofDays(365).toSeconds();
  private static final String KEY = "00112233445566778899aabbccddeeff";

  @TempDir private static Path directory;
  private static final List<ChildProcess> processes = new ArrayList<>();
  private static final List<PeerServer> servers = new ArrayList<>();
  private static LocalStack stack;
  private static Mdm mdm;
  private static Fleet fleet;
  private static Databases databases;

  @BeforeAll
  static void start() throws IOException {
    List<AddedCa> cas = List.of(cfssl(), scep(), est(), cmp(), adcs());
    stack =
        LocalStack.start(
            StackOptions.defaults().elsewhere(Path.of("target/ca-peers"), PORT_OFFSET).withCas(cas),
            text -> System.out.println("stack: " + text));
    mdm = new Mdm(stack, "default");
    fleet = Fleet.of(stack);
    databases = new Databases(stack);
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
    servers.forEach(PeerServer::close);
    processes.forEach(process -> process.stop(GRACE));
  }

  private static Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static void writeChain(String name, LyingCa ca) throws IOException {
    write(
        name,
        ca.chain().stream()
            .map(Bytes::toArray)
            .map(Certificates::toPem)
            .collect(Collectors.joining()));
  }

  /** The sample, with other words for some of its own. */
  private static AddedCa sample(String name, Map<String, String> words) throws IOException {
    String text = Files.readString(SAMPLES.resolve(name));
    for (Map.Entry<String, String> word : words.entrySet()) {
      assertThat(text).contains(word.getKey());
      text = text.replace(word.getKey(), word.getValue());
    }
    return AddedCa.read(write(name, text));
  }

  private static int process(String... command) {
    int port = FreePorts.next();
    List<String> arguments =
        List.of(command).stream().map(word -> word.replace("PORT", "" + port)).toList();
    processes.add(
        ChildProcess.start(
            new ChildProcess.Spec(
                command[0],
                arguments,
                Map.of(),
                directory,
                directory.resolve(command[0] + ".log"),
                StopSignal.TERM)));
    return port;
  }

  private static void shell(String command) {
    ChildProcess.run(List.of("sh", "-c", command), Map.of(), directory);
  }

  private static AddedCa cfssl() throws IOException {
    write("csr.json", "{\"CN\":\"cfssl CA\",\"key\":{\"algo\":\"ecdsa\",\"size\":256}}");
    write(
        "config.json",
        """
        {"auth_keys":{"k":{"type":"standard","key":"%1$s"}},
         "signing":{"default":{"auth_key":"k","expiry":"1h"},
         "profiles":{"device":{"auth_key":"k","expiry":"8760h","usages":["digital signature","client auth"]}}}}
        """
            .formatted(KEY));
    write("cfssl-key", KEY + "\n");
    shell("cfssl gencert -initca csr.json | cfssljson -bare cfssl-ca && cp cfssl-ca-key.pem k.pem");
    int port =
        process(
            "cfssl",
            "serve",
            "-address",
            "127.0.0.1",
            "-port",
            "PORT",
            "-ca",
            "cfssl-ca.pem",
            "-ca-key",
            "k.pem",
            "-config",
            "config.json");
    return sample("cfssl.yaml", Map.of("127.0.0.1:8888", "127.0.0.1:" + port));
  }

  private static AddedCa scep() throws IOException {
    shell("scepserver ca -init -depot depot -keySize 2048 && cp depot/ca.pem scep-ca.pem");
    write("challenge", "secret123\n");
    int port = process("scepserver", "-depot", "depot", "-port", "PORT", "-challenge", "secret123");
    return sample("scep.yaml", Map.of("127.0.0.1:2016", "127.0.0.1:" + port));
  }

  private static AddedCa est() throws IOException {
    LyingCa ca = new LyingCa(InstantSource.system());
    PeerTls tls = new PeerTls(InstantSource.system());
    PeerServer server = PeerServer.start(tls, false, 0, new EstPeer(ca, "secret", YEAR));
    servers.add(server);
    writeChain("est-ca.pem", ca);
    tls.writeTrust(directory.resolve("est-tls-root.pem"));
    write("est-password", "secret\n");
    return sample("est.yaml", Map.of("https://est.corp.example:8443", server.url("").toString()));
  }

  private static AddedCa cmp() throws IOException {
    LyingCa ca = new LyingCa(InstantSource.system());
    PeerServer server = PeerServer.start(null, false, 0, new CmpPeer(ca, "secret", YEAR));
    servers.add(server);
    writeChain("cmp-ca.pem", ca);
    write("cmp-secret", "secret\n");
    return sample("cmp.yaml", Map.of("127.0.0.1:8080", "127.0.0.1:" + server.port()));
  }

  private static AddedCa adcs() throws IOException {
    LyingCa ca = new LyingCa(InstantSource.system());
    PeerTls tls = new PeerTls(InstantSource.system());
    AdcsPeer peer = new AdcsPeer(ca, "secret", YEAR, List.of(TemplateOffer.good("CertferryUser")));
    PeerServer server = PeerServer.start(tls, false, 0, peer);
    servers.add(server);
    peer.enrolmentUrl(server.url("/CES").toString());
    writeChain("corp-ca.pem", ca);
    tls.writeTrust(directory.resolve("corp-root.pem"));
    write("corp-password", "secret\n");
    Files.copy(SAMPLES.resolve("corp-policy.yaml"), directory.resolve("corp-policy.yaml"));
    Map<String, String> words = new LinkedHashMap<>();
    words.put(
        "https://pki.corp.example/ADPolicyProvider_CEP_UsernamePassword/service.svc/CEP",
        server.url("/CEP").toString());
    words.put("username: svc-certferry@corp.example", "username: " + AdcsPeer.USER);
    return sample("adcs.yaml", words);
  }

  private static String profile(
      String name, String caId, String template, String keySpec, String alternativeNames) {
    return """
        {"kind":"pkcs","displayName":"%s","platforms":["ios","macos","windows","android"],
         "certificateType":"user","certificationAuthority":"%s","certificateTemplate":"%s",
         "keySpec":%s,"subject":"CN={{UserName}}",
         "subjectAlternativeNames":%s,"extendedKeyUsages":["clientAuth"],
         "validity":{"value":1,"unit":"years"},"renewalThresholdPercent":20}
        """
        .formatted(name, caId, template, keySpec, alternativeNames);
  }

  private static String profile(String caId, String template) {
    return profile("by " + caId, caId, template, "{\"algorithm\":\"EC\",\"size\":256}", "[]");
  }

  /** State and, if there is one, reason. */
  private static List<String> states(String profileId) {
    return databases.column(
        ServiceKind.ISSUANCE,
        "select trim(state || ' ' || coalesce(reason, '') || ' ' || coalesce(detail, '')) from request"
            + " where profile_id = ?::uuid",
        profileId);
  }

  private static void awaitOffered(String profileId) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(states(profileId)).containsExactly("OFFERED"));
  }

  /** One profile whose names cfssl keeps, and one whose principal name it drops. */
  @Test
  void deliversWhatIsAsGrantedAndQuarantinesWhatIsNot() {
    // Given
    String plain = mdm.assignedProfile(profile("cfssl", "User"));
    String upn =
        mdm.assignedProfile(
            profile(
                "upn",
                "cfssl",
                "User",
                "{\"algorithm\":\"EC\",\"size\":256}",
                "[{\"type\":\"upn\",\"value\":\"{{UserPrincipalName}}\"}]"));
    ManagedDevice device = fleet.device("foreign-1", "alice");

    // When
    mdm.checkIn(device);

    // Then
    awaitOffered(plain);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(states(upn))
                    .singleElement()
                    .satisfies(state -> assertThat(state).startsWith("QUARANTINED")));
    assertThat(
            Metrics.of(stack.services(ServiceKind.ISSUANCE).get(0))
                .sum("certferry_certificates_quarantined_total"))
        .isEqualTo(1);
    List<Mdm.Offer> offers = mdm.offers(device);
    assertThat(offers).extracting(Mdm.Offer::profileId).contains(plain).doesNotContain(upn);
    Mdm.Offer offer =
        offers.stream().filter(found -> found.profileId().equals(plain)).findFirst().orElseThrow();
    assertThat(Mdm.open(mdm.fetch(offer), device).certificate().getIssuerX500Principal().getName())
        .isEqualTo("CN=cfssl CA");
  }

  @Test
  void deliversThroughEachOtherDriverAsItsSampleConfiguresIt() {
    // Given
    String est = mdm.assignedProfile(profile("est", "User"));
    String cmp = mdm.assignedProfile(profile("cmp", "User"));
    String adcs = mdm.assignedProfile(profile("corp", "CertferryUser"));
    String scep =
        mdm.assignedProfile(
            profile("by scep", "scep", "User", "{\"algorithm\":\"RSA\",\"size\":2048}", "[]"));

    // When
    mdm.checkIn(fleet.device("foreign-2", "alice"));

    // Then
    List.of(est, cmp, adcs, scep).forEach(ForeignCaTest::awaitOffered);
  }
}
