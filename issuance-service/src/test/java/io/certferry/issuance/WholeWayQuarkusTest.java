package io.certferry.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.event.PackageReady;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.CommandAuthorization;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.testkit.Device;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class WholeWayQuarkusTest extends ServiceTest {

  @Test
  void carriesAKeyFromTheCommandToTheDevice() throws Exception {
    // Given
    Device device = stories.newDevice();
    Stories.Story story = stories.request(device, Stories.grant(device, "ios", "18.1"));

    // When
    SubmitCsr submit = stories.awaitSubmit(story);
    byte[] certificate = stories.ca.issue(submit.csr().toArray());
    stories.answer(stories.issued(story, certificate), story);
    PackageReady ready = stories.awaitPackage(story);

    // Then
    JsonNode content = Stories.open(ready, device);
    assertThat(content.get("profileId").asText())
        .isEqualTo(story.naturalKey().profileId().toString());
    assertThat(content.get("generation").asInt()).isEqualTo(1);
    KeyStore store = pkcs12(content);
    String alias = store.aliases().nextElement();
    X509Certificate delivered = (X509Certificate) store.getCertificate(alias);
    assertThat(delivered.getEncoded()).isEqualTo(certificate);
    assertThat(store.getCertificateChain(alias)).hasSize(2);
    assertThatTheyBelongTogether((PrivateKey) store.getKey(alias, password(content)), delivered);
    assertThat(content.get("chain").get(0).binaryValue()).isEqualTo(stories.ca.issuing());
    assertThat(content.get("chain").get(1).binaryValue()).isEqualTo(stories.ca.root());
  }

  @Test
  void asksTheCaForExactlyWhatTheGrantNames() throws Exception {
    // Given
    Stories.Story story = stories.request();

    // When
    SubmitCsr submit = stories.awaitSubmit(story);

    // Then
    ParsedCsr csr = CertificateRequests.parse(submit.csr().toArray());
    assertThat(csr.subject().toRfc4514()).isEqualTo("CN=alice,O=Contoso");
    assertThat(csr.sans()).hasSize(2);
    assertThat(csr.ekus()).containsExactly("1.3.6.1.5.5.7.3.2");
    assertThat(csr.sid()).isEqualTo("S-1-5-21-1-2-3-1104");
    Path verification =
        Path.of(Stories.config("certferry.command.signing-key"))
            .resolveSibling("command-verification.pem");
    CommandAuthorization authorization =
        JwsKeys.verifier(Files.readString(verification)).command(submit.authorization());
    assertThat(authorization.requestId()).isEqualTo(story.requestId());
    assertThat(authorization.command()).isEqualTo("submit");
    assertThat(authorization.csrSha256()).isEqualTo(JwsKeys.sha256Hex(submit.csr().toArray()));
    assertThat(authorization.grantSha256()).isEqualTo(JwsKeys.sha256Hex(story.jws()));
    assertThat(submit.grant()).isEqualTo(story.jws());
  }

  @Test
  void tellsEachStateInItsOrder() {
    // Given
    Stories.Story story = stories.request();

    // When
    stories.offer(story);

    // Then
    int accepted = stories.awaitState(story, RequestState.ACCEPTED).version();
    int submitting = stories.awaitState(story, RequestState.SUBMITTING).version();
    int issued = stories.awaitState(story, RequestState.ISSUED).version();
    var offered = stories.awaitState(story, RequestState.OFFERED);
    assertThat(accepted).isLessThan(submitting);
    assertThat(submitting).isLessThan(issued);
    assertThat(issued).isLessThan(offered.version());
    assertThat(offered.certificate()).isNotNull();
    assertThat(offered.platform()).isEqualTo("ios");
  }

  @Test
  void packagesAnRsaKeyForAnRsaDevice() throws Exception {
    // Given
    Device device = stories.devices.rsa("device-" + java.util.UUID.randomUUID());
    Grant grant = Stories.grant(device, "windows", "10.0.22631");
    CertificatePlan plan = Stories.plan();
    Grant rsa =
        Stories.with(
            grant,
            new CertificatePlan(
                plan.caId(),
                plan.template(),
                plan.subject(),
                plan.subjectAlternativeNames(),
                null,
                plan.extendedKeyUsages(),
                "RSA",
                2048,
                plan.validitySeconds()));

    // When
    PackageReady ready = stories.offer(stories.request(device, rsa));

    // Then
    KeyStore store = pkcs12(Stories.open(ready, device));
    var certificate = store.getCertificate(store.aliases().nextElement());
    assertThat(((RSAPublicKey) certificate.getPublicKey()).getModulus().bitLength())
        .isEqualTo(2048);
  }

  @Test
  void letsOpenSslReadTheEnvelope() throws Exception {
    OpenSsl.assumeThere();
    for (Device device :
        List.of(stories.newDevice(), stories.devices.rsa("rsa-" + java.util.UUID.randomUUID()))) {
      // Given
      PackageReady ready =
          stories.offer(stories.request(device, Stories.grant(device, "linux", null)));
      byte[] envelope = Stories.fetch(ready.packageId(), "cms").asByteArray();

      // When
      byte[] content = OpenSsl.decrypt(envelope, device);

      // Then
      assertThat(ContractJson.mapper().readTree(content)).isEqualTo(Stories.open(ready, device));
    }
  }

  private static KeyStore pkcs12(JsonNode content) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    byte[] file = Base64.getDecoder().decode(content.get("pkcs12").asText());
    store.load(new ByteArrayInputStream(file), password(content));
    return store;
  }

  private static char[] password(JsonNode content) {
    return content.get("password").asText().toCharArray();
  }

  private static void assertThatTheyBelongTogether(PrivateKey key, X509Certificate certificate)
      throws Exception {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(new byte[] {1, 2, 3});
    byte[] signature = signer.sign();
    signer.initVerify(certificate);
    signer.update(new byte[] {1, 2, 3});
    assertThat(signer.verify(signature)).isTrue();
  }
}
