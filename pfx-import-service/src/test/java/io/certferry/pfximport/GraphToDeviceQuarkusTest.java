package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.delivered;
import static io.certferry.pfximport.PfxImportFixture.importId;
import static io.certferry.pfximport.PfxImportFixture.imported;
import static io.certferry.pfximport.PfxImportFixture.newKey;
import static io.certferry.pfximport.PfxImportFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.messaging.Outbox;
import io.certferry.pfximport.PfxImportFixture.Key;
import io.certferry.pfximport.PfxImportFixture.Ordered;
import io.certferry.pki.key.KeySpec;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.security.KeyStore;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class GraphToDeviceQuarkusTest {

  @Inject Pool pool;
  @Inject Outbox outbox;
  private PfxImportFixture fixture;

  @BeforeEach
  void usesTheRunningService() {
    fixture = new PfxImportFixture(pool, outbox);
  }

  @ParameterizedTest
  @CsvSource({
    "ios, EC-256, 0, mobileconfig",
    "windows, RSA-2048, 1, syncml",
    "android, EC-256, 2, json"
  })
  void anImportThroughGraphIsOpenedByTheDeviceAlone(
      String platform, String spec, int chain, String form) throws Exception {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("alice", KeySpec.parse(spec));
    String upn = "alice-" + UUID.randomUUID() + "@contoso.test";
    imported(key, pfx, pfx.file("secret", chain), upn, "secret");
    Devices devices = Devices.ofTenant("default");
    String deviceId = "dev-" + UUID.randomUUID();
    Device device = platform.equals("windows") ? devices.rsa(deviceId) : devices.ec(deviceId);

    // When
    Ordered ordered = fixture.order(device, platform, pfx, importId(pfx, upn), "u1");

    // Then
    JsonNode delivered = delivered(ordered.requestId());
    assertThat(delivered.at("/forms").has(form)).isTrue();
    assertThat(delivered.at("/certificate/caId").asText()).isEqualTo("imported");
    JsonNode content = opened(delivered, device);
    assertThat(content.get("chain")).hasSize(chain);
    for (int i = 0; i < chain; i++) {
      assertThat(content.get("chain").get(i).asText())
          .isEqualTo(Base64.getEncoder().encodeToString(pfx.chain().get(i)));
    }
    char[] password = content.get("password").asText().toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(
        new ByteArrayInputStream(Base64.getDecoder().decode(content.get("pkcs12").asText())),
        password);
    String alias = store.aliases().nextElement();
    assertThat(store.getCertificateChain(alias)).hasSize(1 + chain);
    assertThat(store.getCertificate(alias).getEncoded()).isEqualTo(pfx.leaf());
    assertThat(
            io.certferry.pki.key.SigningKey.of(
                    io.certferry.pki.key.SecretBytes.copyOf(
                        store.getKey(alias, password).getEncoded()),
                    store.getCertificate(alias).getPublicKey().getEncoded())
                .spki())
        .isEqualTo(store.getCertificate(alias).getPublicKey().getEncoded());
  }
}
