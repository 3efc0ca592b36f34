package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddedCaTest {

  @TempDir private Path directory;

  private Path file(String yaml) throws IOException {
    Files.writeString(directory.resolve("ca.pem"), "not looked at");
    return Files.writeString(directory.resolve("ca.yaml"), yaml);
  }

  @Test
  void readsWhatTheConnectorMustKnow() throws IOException {
    // Given
    Path file =
        file(
            """
            id: corp-est
            driver: est
            url: https://est.corp.example
            caCertificate: ca.pem
            authentication: {username: connector, password: "s3cret"}
            templates:
              User: {profile: users, maximumValidity: P365D, keyAlgorithms: [RSA, EC]}
              Plain: {}
              Short: devices
            """);

    // When
    AddedCa ca = AddedCa.read(file);
    Map<String, String> gateway =
        new CaConfiguration(List.of(ca), directory.resolve("run")).of(ServiceKind.GATEWAY);

    // Then
    assertThat(gateway)
        .containsEntry("certferry.connector.cas", "builtin,corp-est")
        .containsEntry("certferry.ca.corp-est.driver", "est")
        .containsEntry("certferry.ca.corp-est.url", "https://est.corp.example")
        .containsEntry(
            "certferry.ca.corp-est.ca-certificate", directory.resolve("ca.pem").toString())
        .containsEntry("certferry.ca.corp-est.templates.\"User\".profile", "users")
        .containsEntry("certferry.ca.corp-est.templates.\"User\".maximum-validity", "P365D")
        .containsEntry("certferry.ca.corp-est.templates.\"User\".key-algorithms", "RSA,EC")
        .containsEntry("certferry.ca.corp-est.templates.\"Plain\".minimum-key-size", "2048")
        .containsEntry("certferry.ca.corp-est.templates.\"Short\".profile", "devices")
        .containsKey("certferry.policy.file.corp-est")
        .doesNotContainKey("certferry.ca.corp-est.authentication.password");
    assertThat(gateway.values()).doesNotContain("s3cret");
    assertThat(directory.resolve("run/corp-est.password")).hasContent("s3cret");
    assertThat(new CaConfiguration(List.of(ca), directory).of(ServiceKind.ISSUANCE))
        .containsOnlyKeys("certferry.ca-trust.anchors.corp-est");
    assertThat(ca.toString()).doesNotContain("s3cret");
  }

  @Test
  void readsADomainInPlaceOfAnAddress() throws IOException {
    // Given
    Path file =
        file(
            """
            id: corp
            driver: adcs
            caCertificate: ca.pem
            directory: {url: "ldap://dc1.corp.example", deniedGroups: ["*-512", "*-519"]}
            revocation: {url: "https://ca1.corp.example:5986/wsman"}
            """);

    // Then
    assertThat(AddedCa.read(file).properties())
        .containsEntry("directory.url", "ldap://dc1.corp.example")
        .containsEntry("directory.denied-groups", "*-512,*-519")
        .containsEntry("revocation.url", "https://ca1.corp.example:5986/wsman");
  }

  @Test
  void namesTheMemberThatIsWrong() throws IOException {
    String good = "id: x\ndriver: est\nurl: https://a\ncaCertificate: ca.pem\n";

    assertRefused(good + "tempates: {}\n", "tempates is unknown");
    assertRefused(good.replace("id: x", "id: UPPER"), "id must match");
    assertRefused(good.replace("id: x", "id: builtin"), "not be builtin");
    assertRefused(good.replace("est", "magic"), "driver is one of");
    assertRefused(good.replace("ca.pem", "nowhere.pem"), "caCertificate names a file");
    assertRefused("id: x\ndriver: est\n", "url is missing");
    assertRefused("[", "not YAML");
  }

  private void assertRefused(String yaml, String why) throws IOException {
    Path file = file(yaml);
    assertThatThrownBy(() -> AddedCa.read(file))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(why);
  }
}
