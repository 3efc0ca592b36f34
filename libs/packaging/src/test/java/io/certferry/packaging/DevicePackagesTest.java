package io.certferry.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.packaging.DevicePackages.Built;
import io.certferry.packaging.DevicePackages.BuiltForm;
import io.certferry.pki.Digests;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.name.DistinguishedName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicePackagesTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");
  private static final GeneratedKey KEY = KeyPairs.generate(KeySpec.EC_256);
  private static final byte[] LEAF = selfSigned("leaf", KEY);
  private static final GeneratedKey DEVICE_KEY = KeyPairs.generate(KeySpec.EC_256);
  private static final byte[] DEVICE = selfSigned("device", DEVICE_KEY);

  @ParameterizedTest
  @CsvSource({
    "ios, MOBILECONFIG",
    "macos, MOBILECONFIG",
    "windows, SYNCML",
    "android, JSON",
    "linux, JSON"
  })
  void addsThePlatformsOwnFormToTheEnvelope(String platform, Form own) throws IOException {
    // When
    Built built =
        DevicePackages.identity(
            new UUID(1, 2), grant(platform), DEVICE, KEY.pkcs8(), LEAF, List.of(), List.of());

    // Then
    assertThat(built.forms()).extracting(BuiltForm::form).containsExactly(Form.CMS, own);
    assertThat(built.cms().sha256()).isEqualTo(Digests.sha256Hex(built.cms().content()));
    JsonNode content = opened(built);
    assertThat(content.get("friendlyName").asText()).isEqualTo("Wi-Fi");
    assertThat(content.get("password").asText()).hasSize(43);
    String password = content.get("password").asText();
    built
        .forms()
        .forEach(form -> assertThat(new String(form.content(), UTF_8)).doesNotContain(password));
  }

  @Test
  void packagesRootsWithoutAKey() throws IOException {
    // When
    JsonNode content = opened(DevicePackages.roots(new UUID(1, 2), grant("ios"), DEVICE));

    // Then
    assertThat(content.has("pkcs12")).isFalse();
    assertThat(content.get("roots")).hasSize(1);
  }

  private static JsonNode opened(Built built) throws IOException {
    SecretBytes key = SecretBytes.copyOf(DEVICE_KEY.pkcs8().expose(SecretAccess.granted()));
    try (SecretBytes content = CmsEnvelopes.open(built.cms().content(), key, DEVICE)) {
      return ContractJson.mapper().readTree(content.expose(SecretAccess.granted()));
    }
  }

  private static Grant grant(String platform) {
    UUID requestId = new UUID(3, 4);
    return new Grant(
        "imported-pfx",
        requestId,
        new NaturalKey("default", "dev-1", "u1", new UUID(5, 6), "AB", 1),
        1,
        Digests.sha256Hex(DEVICE_KEY.spki()),
        new Grant.DeviceFacts(platform, "18.1"),
        null,
        List.of(Bytes.of(LEAF)),
        new Grant.Delivery("Wi-Fi", "user", null),
        false,
        NOW,
        NOW.plusSeconds(60));
  }

  private static byte[] selfSigned(String name, GeneratedKey key) {
    return CaCertificates.selfSignedRoot(
        DistinguishedName.ofCommonName(name),
        key,
        new Certificates.Validity(NOW, NOW.plusSeconds(3600)));
  }
}
