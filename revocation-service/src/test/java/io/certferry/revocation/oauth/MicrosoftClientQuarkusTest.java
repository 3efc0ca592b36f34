package io.certferry.revocation.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RevocationOrdered;
import io.certferry.contracts.event.RevocationProgressed;
import io.certferry.revocation.testing.ListServerResource;
import io.certferry.revocation.testing.OAuthResource;
import io.certferry.revocation.testing.TestCa;
import io.certferry.revocation.testing.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/**
 * The calls of Microsoft's Java client for certification authorities, in its order and with its
 * bytes: it is no Maven artifact, so its own part is played here; its token library is the real
 * one.
 */
@QuarkusTest
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "revocation-service"))
@QuarkusTestResource(ListServerResource.class)
@WithTestResource(OAuthResource.class)
class MicrosoftClientQuarkusTest {

  private static final String GRAPH_SCOPE = "https://graph.microsoft.com/.default";
  private static final String INTUNE_SCOPE = "https://api.manage.microsoft.com//.default";
  private static final String ENDPOINTS =
      "/v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints";

  private final HttpClient http = HttpClient.newHttpClient();

  @TestHTTPResource("/")
  @SuppressWarnings("NullAway.Init")
  URI service;

  @Test
  void findsTheServiceAsksWhatToRevokeAndReportsIt() throws Exception {
    try (Wire wire =
        new Wire(ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class))) {
      // Given
      CertificateFacts certificate = TestCa.certificate("partnerca");
      UUID id = ordered(wire, certificate);
      LoopbackHttp network = new LoopbackHttp(service);
      ConfidentialClientApplication msal = application(network);

      // When
      URI pki = pkiService(token(msal, GRAPH_SCOPE));
      String intune = token(msal, INTUNE_SCOPE);
      JsonNode downloaded =
          post(
              pki,
              "downloadRevocationRequests",
              intune,
              "{\"downloadParameters\":{\"issuerName\":\"%s\",\"maxRequests\":500}}"
                  .formatted(TestCa.ISSUER));

      // Then
      JsonNode request = ofContext(downloaded, id);
      assertThat(request.get("serialNumber").asText())
          .isEqualTo(certificate.serial().toUpperCase(Locale.ROOT));
      assertThat(request.get("issuerName").asText()).isEqualTo(TestCa.ISSUER);

      // When
      JsonNode uploaded =
          post(
              pki,
              "uploadRevocationResults",
              intune,
              ("{\"results\":[{\"requestContext\":\"%s\",\"succeeded\":true,\"errorCode\":\"0\","
                      + "\"errorMessage\":\"r\u00e9voqu\u00e9\"}]}")
                  .formatted(id));

      // Then
      assertThat(uploaded.get("value").isBoolean() && uploaded.get("value").asBoolean()).isTrue();
      wire.await(
          RevocationProgressed.class,
          p -> p.revocationId().equals(id) && p.state().equals("accepted"));
      assertThat(network.asked())
          .contains(
              "GET login.microsoftonline.com/common/discovery/instance",
              "POST 127.0.0.1/contoso.onmicrosoft.com/oauth2/v2.0/token");
    }
  }

  private static UUID ordered(Wire wire, CertificateFacts certificate) {
    String device = "dev-" + UUID.randomUUID();
    NaturalKey key = Wire.key(device, 1);
    wire.installed(key, certificate);
    wire.lifecycle(device, "unenrolled");
    return wire.await(RevocationOrdered.class, o -> o.naturalKey().equals(key)).revocationId();
  }

  private ConfidentialClientApplication application(LoopbackHttp network) throws IOException {
    return ConfidentialClientApplication.builder(
            "acme-ca", ClientCredentialFactory.createFromSecret(OAuthResource.SECRET))
        .authority("https://127.0.0.1:" + service.getPort() + "/contoso.onmicrosoft.com/")
        .httpClient(network)
        .build();
  }

  private static String token(ConfidentialClientApplication msal, String scope) {
    return msal.acquireToken(ClientCredentialParameters.builder(Set.of(scope)).build())
        .join()
        .accessToken();
  }

  private URI pkiService(String token) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve(ENDPOINTS))
            .header("Authorization", "Bearer " + token)
            .header("client-request-id", UUID.randomUUID().toString())
            .build();
    for (JsonNode endpoint : json(request).get("value")) {
      if (endpoint.get("providerName").asText().equalsIgnoreCase("PkiConnectorFEService")) {
        return URI.create(endpoint.get("uri").asText());
      }
    }
    throw new AssertionError("the service is not listed");
  }

  /** As the client sends it: the body as ISO-8859-1, the caller's name in an odd header. */
  private JsonNode post(URI pki, String call, String token, String body)
      throws IOException, InterruptedException {
    return json(
        HttpRequest.newBuilder(URI.create(pki + "/CertificateAuthorityRequests/" + call))
            .header("Authorization", "Bearer " + token)
            .header("content-type", "application/json")
            .header("client-request-id", UUID.randomUUID().toString())
            .header("api-version", "5019-05-05")
            .header("UserAgent", "AcmeCA 7.1")
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1))
            .build());
  }

  private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return ContractJson.mapper().readTree(answer.body());
  }

  private static JsonNode ofContext(JsonNode downloaded, UUID id) {
    for (JsonNode request : downloaded.get("value")) {
      if (request.get("requestContext").asText().equals(id.toString())) {
        return request;
      }
    }
    throw new AssertionError("not offered: " + downloaded);
  }
}
