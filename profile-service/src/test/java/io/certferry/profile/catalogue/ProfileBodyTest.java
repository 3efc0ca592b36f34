package io.certferry.profile.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.pki.Digests;
import io.certferry.profile.Client;
import io.certferry.profile.directory.KnownCa;
import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.TestAuthority;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class ProfileBodyTest {

  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
  private static final long TWO_YEARS = Duration.ofDays(730).toSeconds();
  private static final List<String> EKUS = List.of(Client.CLIENT_AUTH, Client.EMAIL_PROTECTION);
  private static final KnownCa CA =
      new KnownCa(
          "builtin",
          NOW.plus(Duration.ofDays(500)),
          List.of(
              new Template(
                  "User", "Certferry user", TWO_YEARS, 2048, List.of("RSA", "EC"), EKUS, false),
              new Template("Strong", "Strong", TWO_YEARS, 3072, List.of("RSA"), EKUS, false),
              new Template("Short", "Short", 86_400 * 7, 2048, List.of("EC"), EKUS, false),
              new Template("Device", "Device", TWO_YEARS, 2048, List.of(), List.of(), false)),
          der(authority(NOW.plus(Duration.ofDays(500))).certificate()),
          der(authority(NOW.plus(Duration.ofDays(900))).certificate()));

  @Test
  void readsTheDocumentedProfiles() {
    assertThat(errors(Client.userProfile())).isEmpty();
    assertThat(errors(Client.deviceProfile())).isEmpty();
    assertThat(errors(root(authority(NOW.plus(Duration.ofDays(1))).certificate()))).isEmpty();
  }

  @Test
  void readsBackWhatItStored() {
    // Given
    ProfileSettings settings = settings(Client.userProfile());

    // When
    ProfileSettings stored = ProfileJson.read(ProfileJson.write(settings).toString());

    // Then
    assertThat(stored).isEqualTo(settings);
    assertThat(settings(ProfileJson.write(settings))).isEqualTo(settings);
  }

  @Test
  void fillsInDefaults() {
    // Given
    ObjectNode profile = Client.userProfile();
    profile.remove(List.of("renewalThresholdPercent", "extendedKeyUsages"));
    profile.put("displayName", "Büro Wi-Fi ☂");

    // When
    ProfileSettings.Pkcs settings = (ProfileSettings.Pkcs) settings(profile);

    // Then
    assertThat(settings.renewalThresholdPercent()).isEqualTo(20);
    assertThat(settings.extendedKeyUsages()).containsExactly("clientAuth", "emailProtection");
    assertThat(settings.friendlyName()).isEqualTo("Buro Wi-Fi");
    assertThat(settings.destinationStore()).isEqualTo("user");
  }

  @Test
  void namesAllErrorsAtOnce() {
    // Given
    ObjectNode profile = Client.userProfile();
    profile.put("certificateTemplate", "Nothing");
    profile.putArray("platforms").add("beos");
    profile.put("subject", "CN={{Shoe}}");
    profile.put("renewalThresholdPercent", 100);
    profile.put("renewalTreshold", 20);
    profile.remove("displayName");

    // Then
    assertThat(errors(profile))
        .contains(
            tuple("/certificateTemplate", "unknown-template"),
            tuple("/platforms/0", "unknown-platform"),
            tuple("/subject", "unknown-variable"),
            tuple("/renewalThresholdPercent", "range"),
            tuple("/renewalTreshold", "unknown-field"),
            tuple("/displayName", "required"));
  }

  @Test
  void keepsTheRulesForTheEndOfItsCertificates() {
    // Given
    ObjectNode profile = Client.userProfile();
    profile.set(
        "revocation",
        Client.json(
            """
            {"superseded":{"action":"keep"},
             "platforms":{"android":{"unenrolled":{"action":"revoke","reason":"superseded",
               "removeFromDevice":false,"when":"now"}}}}
            """));

    // When
    ProfileSettings settings = settings(profile);

    // Then
    assertThat(ProfileJson.write(settings).get("revocation")).isEqualTo(profile.get("revocation"));
    assertThat(ProfileJson.read(ProfileJson.write(settings).toString())).isEqualTo(settings);
  }

  @Test
  void namesWhatIsWrongWithRulesForTheEnd() {
    assertThat(
            changed(
                p ->
                    p.set(
                        "revocation",
                        Client.json(
                            """
                            {"superseded":{"action":"forget","reason":"certificateHold","until":1},
                             "key-compromise":{"action":"keep"},"tuesday":{"action":"keep"},
                             "wiped":"keep",
                             "platforms":{"beos":{"wiped":{"action":"keep"}},
                               "ios":{"lost":{"removeFromDevice":"no","when":"later"}}}}
                            """))))
        .containsExactlyInAnyOrder(
            tuple("/revocation/superseded/action", "unknown-value"),
            tuple("/revocation/superseded/reason", "unknown-value"),
            tuple("/revocation/superseded/until", "unknown-field"),
            tuple("/revocation/key-compromise", "not-negotiable"),
            tuple("/revocation/tuesday", "unknown-trigger"),
            tuple("/revocation/wiped", "type"),
            tuple("/revocation/platforms/beos", "unknown-platform"),
            tuple("/revocation/platforms/ios/lost/removeFromDevice", "type"),
            tuple("/revocation/platforms/ios/lost/when", "unknown-value"));
  }

  @Test
  void refusesWhatIsNoProfile() {
    assertThat(errors(Client.json("{}"))).containsExactly(tuple("/kind", "required"));
    assertThat(errors(Client.json("{\"kind\":\"scep\"}")))
        .containsExactly(tuple("/kind", "unknown-kind"));
    FieldErrors errors = new FieldErrors();
    ProfileBody.read(null, Map.of(), NOW, errors);
    assertThat(errors.toList()).extracting(FieldError::rule).containsExactly("type");
  }

  @Test
  void takesTheCertificateOfACaFromItsConnectorsReport() {
    // Given: each store holds another link of the chain
    ObjectNode root = rootOf("builtin");
    ObjectNode intermediate = rootOf("builtin").put("destinationStore", "computer-intermediate");

    // Then
    assertThat(((ProfileSettings.TrustedRoot) settings(root)).certificate()).isEqualTo(CA.root());
    assertThat(((ProfileSettings.TrustedRoot) settings(intermediate)).certificate())
        .isEqualTo(CA.issuing());
  }

  @Test
  void comparesTheCertificateOfACaWithWhatTheAdministratorSaw() {
    // Given
    String sha256 = Digests.sha256Hex(Objects.requireNonNull(CA.root()).toArray());

    // Then
    assertThat(errors(rootOf("builtin").put("certificateSha256", sha256.toUpperCase(Locale.ROOT))))
        .isEmpty();
    assertThat(errors(rootOf("builtin").put("certificateSha256", "00".repeat(32))))
        .containsExactly(tuple("/certificateSha256", "mismatch"));
  }

  @Test
  void refusesACaWithoutACertificateAndOneBesideACertificate() {
    assertThat(errors(rootOf("elsewhere")))
        .containsExactly(tuple("/certificationAuthority", "unknown-ca"));
    assertThat(errors(Client.rootProfile().put("certificationAuthority", "builtin")))
        .containsExactly(tuple("/certificate", "either-or"));
    KnownCa silent = new KnownCa("silent", null, List.of(), null, null);
    FieldErrors errors = new FieldErrors();
    ProfileBody.read(rootOf("silent"), Map.of("silent", silent), NOW, errors);
    assertThat(errors.toList()).extracting(FieldError::rule).containsExactly("no-certificate");
  }

  private static ObjectNode rootOf(String caId) {
    ObjectNode profile = Client.rootProfile().put("certificationAuthority", caId);
    profile.remove("certificate");
    return profile;
  }

  @Test
  void refusesUnknownCas() {
    assertThat(changed(p -> p.put("certificationAuthority", "elsewhere")))
        .containsExactly(tuple("/certificationAuthority", "unknown-ca"));
  }

  @Test
  void hintsAtTheNameOfATemplateThatWasGivenByItsDisplayName() {
    // Given
    ObjectNode profile = Client.userProfile().put("certificateTemplate", "Certferry user");
    FieldErrors errors = new FieldErrors();

    // When
    ProfileBody.read(profile, Map.of("builtin", CA), NOW, errors);

    // Then
    assertThat(errors.toList())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.rule()).isEqualTo("unknown-template");
              assertThat(e.message()).contains("User");
            });
  }

  @Test
  void holdsValidityWithinTemplateAndCa() {
    assertThat(changed(p -> p.putObject("validity").put("value", 3).put("unit", "years")))
        .contains(tuple("/validity", "exceeds-template"));
    assertThat(changed(p -> p.putObject("validity").put("value", 24).put("unit", "months")))
        .containsExactly(tuple("/validity", "exceeds-ca"));
    assertThat(
            changed(
                p -> {
                  p.put("certificateTemplate", "Short");
                  p.putObject("validity").put("value", 7).put("unit", "days");
                }))
        .isEmpty();
    assertThat(
            changed(
                p -> {
                  p.put("certificateTemplate", "Short");
                  p.putObject("validity").put("value", 8).put("unit", "days");
                }))
        .containsExactly(tuple("/validity", "exceeds-template"));
    assertThat(changed(p -> p.putObject("validity").put("value", 0).put("unit", "days")))
        .containsExactly(tuple("/validity/value", "range"));
    assertThat(changed(p -> p.putObject("validity").put("value", 1).put("unit", "hours")))
        .containsExactly(tuple("/validity/unit", "unknown-value"));
  }

  @Test
  void holdsKeysToWhatTheTemplateTakes() {
    assertThat(changed(p -> key(p, "RSA", 1024)))
        .containsExactly(tuple("/keySpec/size", "key-size"));
    assertThat(changed(p -> key(p, "DSA", 2048)))
        .containsExactly(tuple("/keySpec/algorithm", "unknown-algorithm"));
    assertThat(changed(p -> key(p.put("certificateTemplate", "Strong"), "RSA", 2048)))
        .containsExactly(tuple("/keySpec/size", "below-template"));
    assertThat(changed(p -> key(p.put("certificateTemplate", "Strong"), "EC", 256)))
        .containsExactly(tuple("/keySpec/algorithm", "not-in-template"));
    assertThat(changed(p -> key(p, "RSA", 4096))).isEmpty();
  }

  @Test
  void holdsKeyUsagesToWhatTheTemplateAllows() {
    assertThat(changed(p -> p.putArray("extendedKeyUsages").add("2.5.29.37.0")))
        .containsExactly(tuple("/extendedKeyUsages/0", "forbidden-key-usage"));
    assertThat(changed(p -> p.putArray("extendedKeyUsages").add("anyExtendedKeyUsage")))
        .containsExactly(tuple("/extendedKeyUsages/0", "forbidden-key-usage"));
    assertThat(changed(p -> p.putArray("extendedKeyUsages").add("serverAuth")))
        .containsExactly(tuple("/extendedKeyUsages/0", "not-in-template"));
    assertThat(changed(p -> p.putArray("extendedKeyUsages").add("everything")))
        .containsExactly(tuple("/extendedKeyUsages/0", "unknown-key-usage"));
    assertThat(changed(p -> p.putArray("extendedKeyUsages").add(Client.CLIENT_AUTH))).isEmpty();
  }

  @Test
  void takesKeyStorageProvidersForWindowsOnly() {
    assertThat(changed(p -> p.put("keyStorageProvider", "tpm"))).isEmpty();
    assertThat(changed(p -> p.put("keyStorageProvider", "tpm").putArray("platforms").add("ios")))
        .containsExactly(tuple("/keyStorageProvider", "windows-only"));
    assertThat(changed(p -> p.put("keyStorageProvider", "usb")))
        .containsExactly(tuple("/keyStorageProvider", "unknown-value"));
  }

  @Test
  void refusesATrustedRootThatIsNone() {
    ObjectNode noCertificate = Client.rootProfile().put("certificate", "bm90IGEgY2VydA==");
    assertThat(errors(noCertificate)).containsExactly(tuple("/certificate", "not-a-certificate"));

    X509Certificate expired = authority(NOW.minus(Duration.ofDays(1))).certificate();
    assertThat(errors(root(expired))).containsExactly(tuple("/certificate", "expired"));

    assertThat(errors(root(leaf()))).containsExactly(tuple("/certificate", "not-a-ca"));
  }

  @Test
  void readsATrustedRootInPem() {
    // Given
    byte[] der = Client.der(authority(NOW.plus(Duration.ofDays(1))));
    String pem = io.certferry.pki.certificate.Certificates.toPem(der);

    // When
    ProfileSettings.TrustedRoot root =
        (ProfileSettings.TrustedRoot) settings(Client.rootProfile().put("certificate", pem));

    // Then
    assertThat(root.certificate().toArray()).isEqualTo(der);
    assertThat(root.destinationStore()).isEqualTo("computer-root");
  }

  private static List<Tuple> changed(Consumer<ObjectNode> change) {
    ObjectNode profile = Client.userProfile();
    change.accept(profile);
    return errors(profile);
  }

  private static void key(ObjectNode profile, String algorithm, int size) {
    profile.putObject("keySpec").put("algorithm", algorithm).put("size", size);
  }

  private static List<Tuple> errors(JsonNode profile) {
    FieldErrors errors = new FieldErrors();
    ProfileBody.read(profile, Map.of("builtin", CA), NOW, errors);
    return errors.toList().stream().map(e -> tuple(e.field(), e.rule())).toList();
  }

  private static ProfileSettings settings(JsonNode profile) {
    FieldErrors errors = new FieldErrors();
    Optional<ProfileSettings> settings =
        ProfileBody.read(profile, Map.of("builtin", CA), NOW, errors);
    assertThat(errors.toList()).isEmpty();
    return settings.orElseThrow();
  }

  private static TestAuthority authority(Instant notAfter) {
    return TestAuthority.create(
        "Contoso root", KeyPairs.ec(), NOW.minus(Duration.ofDays(10)), notAfter);
  }

  private static X509Certificate leaf() {
    KeyPair keys = KeyPairs.ec();
    return authority(NOW.plus(Duration.ofDays(10)))
        .issue(
            CertificateSpec.client(
                "alice",
                keys.getPublic(),
                NOW.minus(Duration.ofDays(1)),
                NOW.plus(Duration.ofDays(1))));
  }

  private static ObjectNode root(X509Certificate certificate) {
    return Client.rootProfile()
        .put("certificate", Base64.getEncoder().encodeToString(der(certificate).toArray()));
  }

  private static Bytes der(X509Certificate certificate) {
    try {
      return Bytes.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }
}
