package io.certferry.gateway.authority;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.certferry.contracts.event.CaResult.CertificateIssued;
import io.certferry.gateway.attempt.Desk;
import io.certferry.gateway.fixture.ByHand;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.ca.Crls;
import io.certferry.pki.ca.Ocsp;
import io.certferry.pki.ca.ParsedCrl;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What relying parties fetch, read by an independent reader where there is one. */
@QuarkusTest
@TestProfile(ByHand.class)
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "connector-gateway"))
class AuthorityQuarkusTest {

  @Inject Desk desk;
  private final Forge forge = Forge.ofTestResource();
  @TempDir Path directory;

  private record Issued(SubmissionDraft draft, ParsedCertificate certificate) {}

  private Issued issue() {
    SubmissionDraft draft = forge.draft();
    desk.take(draft);
    desk.settle();
    byte[] der = desk.last(draft.requestId, CertificateIssued.class).certificate().toArray();
    return new Issued(draft, Certificates.parse(der));
  }

  private void revoke(Issued issued) {
    desk.take(
        "default",
        issued
            .draft()
            .revocation(
                UUID.randomUUID(),
                issued.certificate().issuer().toRfc4514(),
                issued.certificate().serialHex(),
                "keyCompromise"));
    desk.settle();
  }

  private static byte[] get(String path) {
    return given().get(path).then().statusCode(200).extract().asByteArray();
  }

  private static ParsedCrl crl() {
    return Crls.parse(get("/ca/builtin/issuing.crl"), get("/ca/builtin/issuing.cer"));
  }

  @Test
  void listsARevokedCertificateOnTheCrl() {
    // Given
    Issued issued = issue();
    assertThat(crl().find(issued.certificate().serial())).isEmpty();

    // When
    revoke(issued);

    // Then
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> crl().find(issued.certificate().serial()).isPresent());
  }

  @Test
  void publishesACrlOfTheRoot() {
    // When
    ParsedCrl crl = Crls.parse(get("/ca/builtin/root.crl"), get("/ca/builtin/root.cer"));

    // Then
    assertThat(crl.revoked()).isEmpty();
  }

  @Test
  void answersOcspByPostAndByGetAlike() {
    // Given
    Issued issued = issue();
    byte[] request =
        Ocsp.buildRequest(issued.certificate().der(), get("/ca/builtin/issuing.cer"), null);

    // When
    int posted =
        given()
            .contentType("application/ocsp-request")
            .body(request)
            .post("/ca/builtin/ocsp")
            .then()
            .statusCode(200)
            .contentType("application/ocsp-response")
            .extract()
            .asByteArray()
            .length;
    String path =
        java.net.URLEncoder.encode(
            Base64.getEncoder().encodeToString(request), StandardCharsets.US_ASCII);
    byte[] got =
        given()
            .urlEncodingEnabled(false)
            .get("/ca/builtin/ocsp/" + path)
            .then()
            .statusCode(200)
            .contentType("application/ocsp-response")
            .extract()
            .asByteArray();

    // Then
    assertThat(posted).isGreaterThan(100);
    assertThat(got.length).isGreaterThan(100);
  }

  @Test
  void answersWhatIsNoOcspRequestAsMalformed() {
    // When
    byte[] answer =
        given()
            .contentType("application/ocsp-request")
            .body(new byte[] {1, 2, 3})
            .post("/ca/builtin/ocsp")
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();

    // Then
    assertThat(answer).isEqualTo(Ocsp.buildFailure(Ocsp.Failure.MALFORMED_REQUEST));
  }

  @Test
  void knowsNoOtherCa() {
    given().get("/ca/nowhere/issuing.crl").then().statusCode(404);
    given().get("/ca/lying/issuing.crl").then().statusCode(404);
  }

  @Test
  void satisfiesOpenssl() throws Exception {
    assumeTrue(opensslWorks(), "openssl is not installed");

    // Given
    Issued good = issue();
    Issued bad = issue();
    revoke(bad);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> crl().find(bad.certificate().serial()).isPresent());
    Path issuing = pem("issuing.pem", get("/ca/builtin/issuing.cer"));
    Path root = pem("root.pem", get("/ca/builtin/root.cer"));
    Path goodFile = pem("good.pem", good.certificate().der());
    Path badFile = pem("bad.pem", bad.certificate().der());
    Path crlFile = Files.write(directory.resolve("issuing.crl"), get("/ca/builtin/issuing.crl"));
    Path chain =
        Files.writeString(
            directory.resolve("chain.pem"), Files.readString(issuing) + Files.readString(root));

    // When
    String verified = openssl("verify", "-CAfile", chain.toString(), goodFile.toString());
    String crl =
        openssl(
            "crl",
            "-inform",
            "DER",
            "-in",
            crlFile.toString(),
            "-CAfile",
            issuing.toString(),
            "-noout",
            "-text");
    String url = "http://127.0.0.1:" + RestAssured.port + "/ca/builtin/ocsp";
    String ocsp =
        openssl(
            "ocsp",
            "-issuer",
            issuing.toString(),
            "-cert",
            goodFile.toString(),
            "-cert",
            badFile.toString(),
            "-url",
            url,
            "-CAfile",
            chain.toString());

    // Then
    assertThat(verified).contains("good.pem: OK");
    assertThat(crl)
        .contains("verify OK")
        .containsIgnoringCase(bad.certificate().serialHex())
        .contains("Key Compromise");
    assertThat(ocsp)
        .contains("Response verify OK")
        .contains("good.pem: good")
        .contains("bad.pem: revoked");
  }

  private Path pem(String name, byte[] der) throws IOException {
    return Files.writeString(directory.resolve(name), Certificates.toPem(der));
  }

  private static boolean opensslWorks() {
    try {
      return openssl("version").startsWith("OpenSSL");
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  private static String openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(30, TimeUnit.SECONDS);
    return output;
  }
}
