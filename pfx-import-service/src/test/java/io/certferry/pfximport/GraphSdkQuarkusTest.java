package io.certferry.pfximport;

import static io.certferry.pfximport.PfxImportFixture.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.microsoft.graph.beta.models.UserPFXCertificate;
import com.microsoft.graph.beta.models.UserPFXCertificateCollectionResponse;
import com.microsoft.graph.beta.models.UserPfxIntendedPurpose;
import com.microsoft.graph.beta.models.UserPfxPaddingScheme;
import com.microsoft.graph.beta.models.odataerrors.ODataError;
import com.microsoft.graph.beta.serviceclient.GraphServiceClient;
import com.microsoft.graph.core.tasks.PageIterator;
import com.microsoft.kiota.authentication.AzureIdentityAuthenticationProvider;
import io.certferry.pfximport.PfxImportFixture.Key;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.key.KeySpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URL;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Microsoft's own SDK for Java, unchanged, with its own OAuth library. */
@QuarkusTest
@QuarkusTestResource(PfxImportTestResource.class)
class GraphSdkQuarkusTest {

  @TestHTTPResource(value = "/beta", tls = true)
  @SuppressWarnings("NullAway.Init")
  URL graph;

  private TokenEndpoint tokens;
  private GraphServiceClient client;

  @BeforeEach
  void connects() throws Exception {
    tokens = TokenEndpoint.start();
    client = client(TokenEndpoint.SECRET);
  }

  private GraphServiceClient client(String secret) {
    OkHttpClient http =
        new OkHttpClient.Builder()
            .sslSocketFactory(TestTls.context("client").getSocketFactory(), TestTls.trustManager())
            .build();
    ClientSecretCredential credential =
        new ClientSecretCredentialBuilder()
            .authorityHost(tokens.authority())
            .tenantId(TokenEndpoint.TENANT_ID)
            .clientId(TokenEndpoint.CLIENT_ID)
            .clientSecret(secret)
            .disableInstanceDiscovery()
            .httpClient(new OkHttpAsyncHttpClientBuilder(http).build())
            .build();
    String base = "https://127.0.0.1:" + graph.getPort();
    GraphServiceClient made =
        new GraphServiceClient(
            new AzureIdentityAuthenticationProvider(
                credential, new String[] {"127.0.0.1"}, base + "/.default"),
            http);
    made.getRequestAdapter().setBaseUrl(base + "/beta");
    return made;
  }

  @AfterEach
  void disconnects() {
    tokens.close();
  }

  @Test
  void createsGetsChangesListsAndDeletes() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("bob", KeySpec.EC_256);
    String upn = "Bob.O'Hara-" + UUID.randomUUID() + "@Contoso.test";
    UserPFXCertificate wanted = entity(key, pfx, upn);

    // When
    UserPFXCertificate made = certificates().post(wanted);

    // Then
    assertThat(made.getId()).matches("[0-9a-f]{32}-[0-9a-f]{40}");
    assertThat(made.getThumbprint()).isEqualTo(pfx.thumbprint().toLowerCase(Locale.ROOT));
    assertThat(made.getUserPrincipalName()).isEqualTo(upn);
    assertThat(made.getIntendedPurpose()).isEqualTo(UserPfxIntendedPurpose.SmimeEncryption);
    assertThat(made.getPaddingScheme()).isEqualTo(UserPfxPaddingScheme.OaepSha512);
    assertThat(made.getEncryptedPfxPassword()).isEmpty();
    assertThat(made.getEncryptedPfxBlob()).containsExactly(0);
    assertThat(made.getCreatedDateTime()).isNotNull();
    assertThat(made.getExpirationDateTime().toInstant()).isEqualTo(pfx.end());

    // When
    UserPFXCertificate got = certificates().byUserPFXCertificateId(made.getId()).get();

    // Then
    assertThat(got.getUserPrincipalName()).isEqualTo(upn);

    // When
    UserPFXCertificate change = new UserPFXCertificate();
    change.setIntendedPurpose(UserPfxIntendedPurpose.SmimeSigning);
    UserPFXCertificate changed = certificates().byUserPFXCertificateId(made.getId()).patch(change);

    // Then
    assertThat(changed.getIntendedPurpose()).isEqualTo(UserPfxIntendedPurpose.SmimeSigning);
    assertThat(changed.getThumbprint()).isEqualTo(made.getThumbprint());

    // When
    UserPFXCertificateCollectionResponse listed =
        filtered(
            "tolower(userPrincipalName) eq '"
                + upn.toLowerCase(Locale.ROOT).replace("'", "''")
                + "' and tolower(thumbprint) eq '"
                + made.getThumbprint()
                + "'");

    // Then
    assertThat(listed.getValue())
        .singleElement()
        .satisfies(each -> assertThat(each.getId()).isEqualTo(made.getId()));

    // When
    certificates().byUserPFXCertificateId(made.getId()).delete();

    // Then
    ODataError gone =
        catchThrowableOfType(
            ODataError.class, () -> certificates().byUserPFXCertificateId(made.getId()).get());
    assertThat(gone.getResponseStatusCode()).isEqualTo(404);
    assertThat(gone.getError().getCode()).isEqualTo("ResourceNotFound");
    assertThat(gone.getError().getInnerError().getRequestId()).isNotBlank();
  }

  @Test
  void pagesThroughAllOfAUser() throws Exception {
    // Given
    Key key = newKey();
    String upn = "many-" + UUID.randomUUID() + "@contoso.test";
    for (int i = 0; i < 5; i++) {
      certificates().post(entity(key, TestPfx.of("many", KeySpec.EC_256), upn));
    }

    // When
    UserPFXCertificateCollectionResponse first =
        certificates()
            .get(
                request -> {
                  request.queryParameters.filter = "userPrincipalName eq '" + upn + "'";
                  request.queryParameters.top = 2;
                  request.queryParameters.count = true;
                });
    List<String> ids = new ArrayList<>();
    new PageIterator.Builder<UserPFXCertificate, UserPFXCertificateCollectionResponse>()
        .client(client)
        .collectionPage(first)
        .collectionPageFactory(UserPFXCertificateCollectionResponse::createFromDiscriminatorValue)
        .processPageItemCallback(each -> ids.add(each.getId()))
        .build()
        .iterate();

    // Then
    assertThat(first.getValue()).hasSize(2);
    assertThat(first.getOdataCount()).isEqualTo(5);
    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void findsTheUserIdThatKeysBeginWith() {
    // Given
    Key key = newKey();
    String upn = "carol-" + UUID.randomUUID() + "@contoso.test";
    UserPFXCertificate made =
        certificates().post(entity(key, TestPfx.of("carol", KeySpec.EC_256), upn));

    // When
    String id =
        client
            .users()
            .get(request -> request.queryParameters.filter = "userPrincipalName eq '" + upn + "'")
            .getValue()
            .get(0)
            .getId();

    // Then
    assertThat(made.getId()).startsWith(id.replace("-", "") + "-");
  }

  @Test
  void hearsWhyARequestIsRefused() {
    // Given
    Key key = newKey();
    TestPfx pfx = TestPfx.of("dave", KeySpec.EC_256);
    String upn = "dave-" + UUID.randomUUID() + "@contoso.test";
    UserPFXCertificate wanted = entity(key, pfx, upn);
    wanted.setPaddingScheme(UserPfxPaddingScheme.OaepSha1);

    // When
    ODataError refused = catchThrowableOfType(ODataError.class, () -> certificates().post(wanted));

    // Then
    assertThat(refused.getResponseStatusCode()).isEqualTo(400);
    assertThat(refused.getError().getCode()).isEqualTo("BadRequest");
    assertThat(refused.getError().getMessage()).contains("oaepSha1").contains("no longer");

    // When
    certificates().post(entity(key, pfx, upn));
    ODataError twice =
        catchThrowableOfType(ODataError.class, () -> certificates().post(entity(key, pfx, upn)));

    // Then
    assertThat(twice.getResponseStatusCode()).isEqualTo(409);
  }

  @Test
  void getsNoTokenForAWrongSecret() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> client("wrong").deviceManagement().userPfxCertificates().get()))
        .hasStackTraceContaining("AADSTS7000215");
  }

  private com.microsoft.graph.beta.devicemanagement.userpfxcertificates
          .UserPfxCertificatesRequestBuilder
      certificates() {
    return client.deviceManagement().userPfxCertificates();
  }

  private UserPFXCertificateCollectionResponse filtered(String filter) {
    return certificates().get(request -> request.queryParameters.filter = filter);
  }

  private static UserPFXCertificate entity(Key key, TestPfx pfx, String upn) {
    UserPFXCertificate entity = new UserPFXCertificate();
    entity.setThumbprint(pfx.thumbprint().toLowerCase(Locale.ROOT));
    entity.setIntendedPurpose(UserPfxIntendedPurpose.SmimeEncryption);
    entity.setUserPrincipalName(upn);
    entity.setStartDateTime(OffsetDateTime.ofInstant(pfx.start(), ZoneOffset.ofHours(1)));
    entity.setExpirationDateTime(OffsetDateTime.ofInstant(pfx.end(), ZoneOffset.ofHours(1)));
    entity.setProviderName(key.providerName());
    entity.setKeyName(key.keyName());
    entity.setPaddingScheme(UserPfxPaddingScheme.OaepSha512);
    entity.setEncryptedPfxBlob(pfx.file("secret", 1));
    entity.setEncryptedPfxPassword(PfxImportFixture.encrypted(key, OaepHash.SHA512, "secret"));
    entity.setCreatedDateTime(OffsetDateTime.now(ZoneOffset.UTC));
    entity.setLastModifiedDateTime(OffsetDateTime.now(ZoneOffset.UTC));
    return entity;
  }
}
