package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.AddedCa;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged services with a CA that others wrote: cfssl, which drops names without a word. */
@Tag("ca-peers")
class ForeignCaTest {

  private static final int PORT_OFFSET = 7500;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final String KEY = "00112233445566778899aabbccddeeff";

  @TempDir private static Path directory;
  private static ChildProcess cfssl;
  private static LocalStack stack;
  private static Mdm mdm;
  private static Fleet fleet;
  private static Databases databases;

  @BeforeAll
  static void start() throws IOException {
    int port = FreePorts.next();
    String profile =
        "{\"auth_key\":\"k\",\"expiry\":\"8760h\",\"usages\":[\"digital signature\",\"client auth\"]}";
    write("csr.json", "{\"CN\":\"cfssl CA\",\"key\":{\"algo\":\"ecdsa\",\"size\":256}}");
    write(
        "config.json",
        "{\"auth_keys\":{\"k\":{\"type\":\"standard\",\"key\":\""
            + KEY
            + "\"}},\"signing\":{\"default\":"
            + profile
            + "}}");
    ChildProcess.run(
        List.of("sh", "-c", "cfssl gencert -initca csr.json | cfssljson -bare ca"),
        Map.of(),
        directory);
    cfssl =
        ChildProcess.start(
            new ChildProcess.Spec(
                "cfssl",
                List.of(
                    "cfssl",
                    "serve",
                    "-address",
                    "127.0.0.1",
                    "-port",
                    Integer.toString(port),
                    "-ca",
                    "ca.pem",
                    "-ca-key",
                    "ca-key.pem",
                    "-config",
                    "config.json"),
                Map.of(),
                directory,
                directory.resolve("cfssl.log"),
                StopSignal.TERM));
    Path file =
        write(
            "cfssl.yaml",
            """
            id: cfssl
            driver: cfssl
            url: http://127.0.0.1:%d
            caCertificate: ca.pem
            authentication: {password: "%s"}
            templates:
              User: {maximumValidity: P366D}
            """
                .formatted(port, KEY));
    stack =
        LocalStack.start(
            StackOptions.defaults()
                .elsewhere(Path.of("target/ca-peers"), PORT_OFFSET)
                .withCas(List.of(AddedCa.read(file))),
            text -> System.out.println("stack: " + text));
    mdm = new Mdm(stack, "default");
    fleet = new Fleet(stack.keys().deviceCa("default"), Instant.now());
    databases = new Databases(stack);
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
    if (cfssl != null) {
      cfssl.stop(GRACE);
    }
  }

  private static Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static String profile(String name, String alternativeNames) {
    return """
        {"kind":"pkcs","displayName":"%s","platforms":["ios","macos","windows","android"],
         "certificateType":"user","certificationAuthority":"cfssl","certificateTemplate":"User",
         "keySpec":{"algorithm":"EC","size":256},"subject":"CN={{UserName}}",
         "subjectAlternativeNames":%s,"extendedKeyUsages":["clientAuth"],
         "validity":{"value":1,"unit":"years"},"renewalThresholdPercent":20}
        """
        .formatted(name, alternativeNames);
  }

  private static List<String> states(String profileId) {
    return databases.column(
        ServiceKind.ISSUANCE, "select state from request where profile_id = ?::uuid", profileId);
  }

  /** One profile whose names cfssl keeps, and one whose principal name it drops. */
  @Test
  void deliversWhatIsAsGrantedAndQuarantinesWhatIsNot() {
    // Given
    String plain = mdm.assignedProfile(profile("plain", "[]"));
    String upn =
        mdm.assignedProfile(
            profile("upn", "[{\"type\":\"upn\",\"value\":\"{{UserPrincipalName}}\"}]"));
    ManagedDevice device = fleet.device("foreign-1", "alice");

    // When
    mdm.checkIn(device);

    // Then
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(states(plain)).containsExactly("OFFERED");
              assertThat(states(upn)).containsExactly("QUARANTINED");
            });
    assertThat(
            Metrics.of(stack.services(ServiceKind.ISSUANCE).get(0))
                .sum("certferry_certificates_quarantined_total"))
        .isEqualTo(1);
    List<Mdm.Offer> offers = mdm.offers(device);
    assertThat(offers).extracting(Mdm.Offer::profileId).containsExactly(plain);
    assertThat(
            Mdm.open(mdm.fetch(offers.get(0)), device)
                .certificate()
                .getIssuerX500Principal()
                .getName())
        .isEqualTo("CN=cfssl CA");
  }
}
