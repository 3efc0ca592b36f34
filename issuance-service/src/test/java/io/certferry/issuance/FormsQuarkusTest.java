package io.certferry.issuance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.certferry.contracts.event.PackageReady;
import io.certferry.testkit.Device;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The platforms' own forms, opened as the platform does, by an independent reader. */
@QuarkusTest
class FormsQuarkusTest extends ServiceTest {

  @BeforeEach
  void needsOpenSsl() {
    OpenSsl.assumeThere();
  }

  @Test
  void putsTheIdentityIntoAnEncryptedAppleProfile() throws Exception {
    for (Device device : devices()) {
      // Given
      PackageReady ready =
          stories.offer(stories.request(device, Stories.grant(device, "macos", "15.1")));

      // When
      Element profile = plist(Stories.fetch(ready.packageId(), "mobileconfig").asByteArray());
      byte[] payloads = OpenSsl.decrypt(data(value(profile, "EncryptedPayloadContent")), device);

      // Then
      assertThat(value(profile, "IsEncrypted").getTagName()).isEqualTo("true");
      assertThat(value(profile, "PayloadType").getTextContent()).isEqualTo("Configuration");
      Element payload = (Element) plist(payloads).getElementsByTagName("dict").item(0);
      assertThat(value(payload, "PayloadType").getTextContent())
          .isEqualTo("com.apple.security.pkcs12");
      assertThat(value(payload, "PayloadDisplayName").getTextContent()).isEqualTo("Wi-Fi <user>");
      assertThat(value(payload, "KeyIsExtractable").getTagName()).isEqualTo("false");
      assertThatItOpens(
          data(value(payload, "PayloadContent")), value(payload, "Password").getTextContent());
    }
  }

  @Test
  void putsRootsIntoAnAppleProfile() throws Exception {
    // Given
    Device device = stories.newDevice();
    PackageReady ready =
        stories.awaitPackage(stories.request(device, stories.rootsGrant(device, "ios")));

    // When
    Element profile = plist(Stories.fetch(ready.packageId(), "mobileconfig").asByteArray());
    byte[] payloads = OpenSsl.decrypt(data(value(profile, "EncryptedPayloadContent")), device);

    // Then
    Element payload = (Element) plist(payloads).getElementsByTagName("dict").item(0);
    assertThat(value(payload, "PayloadType").getTextContent()).isEqualTo("com.apple.security.root");
    assertThat(data(value(payload, "PayloadContent"))).isEqualTo(stories.ca.root());
  }

  @Test
  void givesWindowsThePasswordInAnEnvelopeAndTheBlobLast() throws Exception {
    for (Device device : devices()) {
      // Given
      PackageReady ready =
          stories.offer(stories.request(device, Stories.grant(device, "windows", "10.0.22631")));

      // When
      Document commands = document(Stories.fetch(ready.packageId(), "syncml").asByteArray());

      // Then
      List<String> nodes = new ArrayList<>();
      List<String> values = new ArrayList<>();
      Element atomic = (Element) commands.getElementsByTagName("Atomic").item(0);
      NodeList items = atomic.getElementsByTagName("Item");
      for (int i = 0; i < items.getLength(); i++) {
        Element item = (Element) items.item(i);
        nodes.add(text(item, "LocURI").replaceFirst(".*/", ""));
        values.add(text(item, "Data"));
        assertThat(text(item, "LocURI"))
            .startsWith("./User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/");
      }
      assertThat(nodes)
          .containsExactly(
              "KeyLocation",
              "PFXCertPassword",
              "PFXCertPasswordEncryptionType",
              "PFXKeyExportable",
              "PFXCertBlob");
      assertThat(values.get(2)).isEqualTo("1");
      assertThat(values.get(3)).isEqualTo("false");
      byte[] password = OpenSsl.decrypt(Base64.getDecoder().decode(values.get(1)), device);
      assertThatItOpens(Base64.getDecoder().decode(values.get(4)), new String(password, UTF_8));
    }
  }

  @Test
  void writesContentByItsSchema() throws Exception {
    // Given
    Device device = stories.newDevice();
    PackageReady identity =
        stories.offer(stories.request(device, Stories.grant(device, "android", "14")));
    PackageReady roots =
        stories.awaitPackage(stories.request(device, stories.rootsGrant(device, "android")));

    // Then
    for (PackageReady ready : List.of(identity, roots)) {
      JsonNode content = Stories.open(ready, device);
      assertThat(schema().validate(content.toString(), InputFormat.JSON)).isEmpty();
    }
    assertThat(schema().validate("{\"profileId\":\"x\"}", InputFormat.JSON)).isNotEmpty();
  }

  private static com.networknt.schema.Schema schema() throws Exception {
    try (InputStream file =
        FormsQuarkusTest.class.getResourceAsStream(
            "/io/certferry/contracts/schema/package-content.v1.schema.json")) {
      assertThat(file).isNotNull();
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(file.readAllBytes(), UTF_8), InputFormat.JSON);
    }
  }

  private List<Device> devices() {
    return List.of(stories.newDevice(), stories.devices.rsa("rsa-" + UUID.randomUUID()));
  }

  private static void assertThatItOpens(byte[] pkcs12, String password) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(pkcs12), password.toCharArray());
    assertThat(store.isKeyEntry(store.aliases().nextElement())).isTrue();
  }

  private static Element plist(byte[] bytes) throws Exception {
    return document(bytes).getDocumentElement();
  }

  private static Document document(byte[] bytes) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(new String(bytes, UTF_8))));
  }

  /** The element after a key of a property list. */
  private static Element value(Element within, String key) {
    NodeList keys = within.getElementsByTagName("key");
    for (int i = 0; i < keys.getLength(); i++) {
      if (keys.item(i).getTextContent().equals(key)) {
        var next = keys.item(i).getNextSibling();
        while (!(next instanceof Element)) {
          next = next.getNextSibling();
        }
        return (Element) next;
      }
    }
    throw new AssertionError("no key " + key);
  }

  private static byte[] data(Element element) {
    return Base64.getMimeDecoder().decode(element.getTextContent());
  }

  private static String text(Element within, String name) {
    return within.getElementsByTagName(name).item(0).getTextContent();
  }
}
