package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.delivered;
import static io.certferry.pfximport.PfxImportFixture.importId;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.certferry.pfximport.PfxImportFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.cli.pfx.PfxCommand;
import io.certferry.messaging.Outbox;
import io.certferry.pfximport.PfxImportFixture.Key;
import io.certferry.pfximport.PfxImportFixture.Ordered;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code certferry pfx import} against the running service, over https, as an OAuth client. */
@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class NativeToolQuarkusTest {

  @Inject Pool pool;
  @Inject Outbox outbox;
  @TempDir Path folder;

  @TestHTTPResource(value = "/", tls = true)
  @SuppressWarnings("NullAway.Init")
  URL service;

  private PfxImportFixture fixture;

  @BeforeEach
  void usesTheRunningService() {
    fixture = new PfxImportFixture(pool, outbox);
  }

  @Test
  void importsAFolderThatDevicesThenOpen() throws Exception {
    // Given
    Key key = newKey();
    TestPfx alice = TestPfx.of("alice", KeySpec.EC_256);
    TestPfx bob = TestPfx.of("bob", KeySpec.RSA_2048);
    String upn = "alice-" + UUID.randomUUID() + "@contoso.test";
    String other = "bob-" + UUID.randomUUID() + "@contoso.test";
    Files.write(folder.resolve("alice.pfx"), alice.file("secret", 2));
    Files.write(folder.resolve("bob.pfx"), bob.file("geheim", 0));
    Files.writeString(folder.resolve("junk.pfx"), "junk");
    Path csv =
        Files.writeString(
            folder.resolve("users.csv"),
            "user;file;password\n"
                + upn
                + ";alice.pfx;secret\n"
                + other
                + ";junk.pfx;x\n"
                + other
                + ";bob.pfx;geheim\n");
    Path secret = Files.writeString(folder.resolve("client"), TokenEndpoint.SECRET + "\n");

    // When
    int first;
    int second;
    try (TokenEndpoint tokens = TokenEndpoint.start()) {
      String[] arguments = {
        "import",
        "--csv",
        csv.toString(),
        "--service",
        "https://127.0.0.1:" + service.getPort(),
        "--ca-file",
        TestTls.ca().toString(),
        "--token-url",
        tokens.authority() + TokenEndpoint.TENANT_ID + "/oauth2/v2.0/token",
        "--client-id",
        TokenEndpoint.CLIENT_ID,
        "--client-secret-file",
        secret.toString(),
        "--key",
        key.providerName() + "/" + key.keyName(),
        "--report",
        folder.resolve("report.jsonl").toString()
      };
      first = new CommandLine(new PfxCommand()).execute(arguments);
      second = new CommandLine(new PfxCommand()).execute(arguments);
    }

    // Then
    assertThat(first).isEqualTo(1);
    assertThat(second).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("report.jsonl")))
        .hasSize(6)
        .anySatisfy(line -> assertThat(line).contains("not-a-pfx"))
        .anySatisfy(line -> assertThat(line).contains("done-before"));
    Device device = Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
    Ordered ordered = fixture.order(device, "ios", alice, importId(alice, upn), "u1");
    assertThat(opened(delivered(ordered.requestId()), device).get("chain")).hasSize(2);
    Device another = Devices.ofTenant("default").rsa("dev-" + UUID.randomUUID());
    Ordered next = fixture.order(another, "windows", bob, importId(bob, other), "u2");
    assertThat(opened(delivered(next.requestId()), another).has("pkcs12")).isTrue();
  }
}
