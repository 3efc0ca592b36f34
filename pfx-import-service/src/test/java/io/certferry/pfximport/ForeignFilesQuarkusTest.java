package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.delivered;
import static io.certferry.pfximport.PfxImportFixture.importId;
import static io.certferry.pfximport.PfxImportFixture.imported;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.certferry.pfximport.PfxImportFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.messaging.Outbox;
import io.certferry.pfximport.ForeignTools.Maker;
import io.certferry.pfximport.PfxImportFixture.Key;
import io.certferry.pfximport.PfxImportFixture.Ordered;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of other programs, from the upload to a device of each platform, read there by OpenSSL; and
 * mail that was encrypted to an imported certificate, read on the user's devices.
 */
@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class ForeignFilesQuarkusTest {

  @Inject Pool pool;
  @Inject Outbox outbox;
  @TempDir Path directory;
  private PfxImportFixture fixture;
  private ForeignTools tools;

  @BeforeEach
  void usesTheRunningService() {
    fixture = new PfxImportFixture(pool, outbox);
    tools = new ForeignTools(directory);
  }

  private static String upn() {
    return "user-" + UUID.randomUUID() + "@contoso.test";
  }

  @ParameterizedTest
  @CsvSource({
    "OPENSSL, RSA-2048, 0, secret",
    "OPENSSL, RSA-4096, 1, secret",
    "OPENSSL, EC-256, 2, ''",
    "OPENSSL_LEGACY, RSA-2048, 2, grün-ß",
    "OPENSSL_LEGACY, EC-256, 0, ''",
    "KEYTOOL, RSA-2048, 1, secret",
    "KEYTOOL, EC-256, 2, secret",
    "GNUTLS, RSA-2048, 0, secret",
    "GNUTLS, EC-256, 1, secret",
    "NSS, RSA-4096, 2, secret",
    "NSS, EC-256, 0, grün-ß"
  })
  void everyPlatformGetsKeyAndChainAsTheyWereImported(
      Maker maker, String spec, int issuers, String password) {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("alice", KeySpec.parse(spec));
    String upn = upn();
    byte[] file = tools.make(maker, pfx, issuers, password);
    imported(key, pfx, file, upn, password);
    UUID importId = importId(pfx, upn);
    String wanted =
        tools.dumped(new ForeignTools(directory).make(Maker.OPENSSL, pfx, issuers, "x"), "x");

    for (String platform : List.of("ios", "windows", "android")) {
      // When
      Devices devices = Devices.ofTenant("default");
      String id = "dev-" + UUID.randomUUID();
      Device device = platform.equals("windows") ? devices.rsa(id) : devices.ec(id);
      Ordered ordered = fixture.order(device, platform, pfx, importId, "u1");
      JsonNode content = opened(delivered(ordered.requestId()), device);

      // Then
      byte[] pkcs12 = Base64.getDecoder().decode(content.get("pkcs12").asText());
      assertThat(sorted(tools.dumped(pkcs12, content.get("password").asText())))
          .isEqualTo(sorted(wanted));
      assertThat(content.get("chain")).hasSize(issuers);
    }
  }

  /** OpenSSL may print the blocks in another order. */
  private static List<String> sorted(String blocks) {
    List<String> all = new ArrayList<>(List.of(blocks.split("(?=-----BEGIN)")));
    all.sort(null);
    return all;
  }

  @Test
  void twoDevicesReadTodaysMailAndLastYears() {
    // Given
    Key key = newKey();
    String upn = upn();
    TestPfx old = TestPfx.of("bob", KeySpec.RSA_2048, -500, -100);
    TestPfx now = TestPfx.of("bob", KeySpec.RSA_2048, -99, 265);
    byte[] oldMail = tools.encryptedMail(old.leaf(), "last year's news");
    byte[] newMail = tools.encryptedMail(now.leaf(), "today's news");
    imported(key, old, tools.make(Maker.OPENSSL_LEGACY, old, 1, "old"), upn, "old");
    imported(key, now, tools.make(Maker.OPENSSL, now, 1, "new"), upn, "new");

    for (String platform : List.of("ios", "android")) {
      // When
      Device device = Devices.ofTenant("default").ec("dev-" + UUID.randomUUID());
      JsonNode history = content(device, platform, old, upn);
      JsonNode current = content(device, platform, now, upn);

      // Then
      assertThat(read(newMail, current)).isEqualTo("today's news");
      assertThat(read(oldMail, history)).isEqualTo("last year's news");
    }
  }

  private JsonNode content(Device device, String platform, TestPfx pfx, String upn) {
    Ordered ordered = fixture.order(device, platform, pfx, importId(pfx, upn), "u1");
    return opened(delivered(ordered.requestId()), device);
  }

  private String read(byte[] mail, JsonNode content) {
    return tools
        .decryptedMail(
            mail,
            Base64.getDecoder().decode(content.get("pkcs12").asText()),
            content.get("password").asText())
        .strip();
  }
}
