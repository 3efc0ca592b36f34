package io.certferry.profile.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.edge.FieldErrors;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.KeySpec;
import io.certferry.profile.directory.KnownCa;
import io.certferry.profile.input.JsonInput;
import io.certferry.profile.naming.AlternativeName;
import io.certferry.profile.naming.NamePlan;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a profile's JSON form (DESIGN 6a) and checks every rule, so that an administrator learns of
 * all errors at once. Members that only the service writes ({@code id}, {@code version}, {@code
 * createdAt} …) may stand in a body and are ignored.
 */
final class ProfileBody {

  private static final int MAX_NAME = 200;
  private static final int MAX_SANS = 100;
  private static final int MAX_EKUS = 50;
  private static final int DEFAULT_RENEWAL_THRESHOLD = 20;
  private static final Set<String> WRITTEN_BY_SERVICE =
      Set.of("id", "version", "state", "createdAt", "updatedAt");
  private static final Set<String> COMMON =
      Set.of(
          "kind",
          "displayName",
          "description",
          "platforms",
          "friendlyName",
          "destinationStore",
          "revocation");
  private static final Set<String> OF_ROOT =
      Set.of("certificate", "certificationAuthority", "certificateSha256");
  private static final Set<String> OF_PKCS =
      Set.of(
          "certificateType",
          "certificationAuthority",
          "certificateTemplate",
          "keySpec",
          "subject",
          "subjectAlternativeNames",
          "extendedKeyUsages",
          "validity",
          "renewalThresholdPercent",
          "keyStorageProvider");
  private static final Set<String> OF_IMPORTED_PFX =
      Set.of("purpose", "history", "keyStorageProvider");
  private static final Set<String> ROOT_STORES =
      Set.of("computer-root", "computer-intermediate", "user-intermediate");
  private static final Set<String> PKCS_STORES = Set.of("user", "computer");
  private static final Set<String> KEY_STORAGE_PROVIDERS =
      Set.of("tpm-or-software", "tpm", "software", "passport");

  private final JsonInput body;
  private final JsonNode json;
  private final FieldErrors problems;
  private final Map<String, KnownCa> cas;
  private final Instant now;

  private ProfileBody(JsonInput body, JsonNode json, Map<String, KnownCa> cas, Instant now) {
    this.body = body;
    this.json = json;
    this.problems = body.problems();
    this.cas = cas;
    this.now = now;
  }

  /**
   * Reads and checks.
   *
   * @param cas the tenant's CAs by id
   * @param problems takes all errors
   * @return the settings; empty if there were problems
   */
  static Optional<ProfileSettings> read(
      @Nullable JsonNode json, Map<String, KnownCa> cas, Instant now, FieldErrors problems) {
    JsonInput input = JsonInput.of(json, problems);
    if (json == null || !problems.isEmpty()) {
      return Optional.empty();
    }
    ProfileSettings settings = new ProfileBody(input, json, cas, now).settings();
    return problems.isEmpty() ? Optional.ofNullable(settings) : Optional.empty();
  }

  private @Nullable ProfileSettings settings() {
    String text = body.text("kind", 40);
    if (text == null) {
      return null;
    }
    Optional<ProfileKind> kind = ProfileKind.of(text);
    if (kind.isEmpty()) {
      problems.add("/kind", "unknown-kind", "must be one of trusted-root, pkcs, imported-pfx");
      return null;
    }
    return switch (kind.get()) {
      case TRUSTED_ROOT -> trustedRoot();
      case PKCS -> pkcs();
      case IMPORTED_PFX -> importedPfx();
    };
  }

  private ProfileSettings.@Nullable TrustedRoot trustedRoot() {
    refuseOthers(OF_ROOT);
    String displayName = body.text("displayName", MAX_NAME);
    String description = body.optionalText("description", 1000);
    Set<Platform> platforms = platforms();
    String friendlyName = friendlyName(displayName);
    String store = oneOf("destinationStore", ROOT_STORES, "computer-root");
    Bytes certificate = body.has("certificationAuthority") ? certificateOfCa(store) : certificate();
    RevocationRules revocation = RevocationRules.read(body, json.get("revocation"));
    return displayName == null || certificate == null
        ? null
        : new ProfileSettings.TrustedRoot(
            displayName, description, platforms, friendlyName, store, certificate, revocation);
  }

  private ProfileSettings.@Nullable Pkcs pkcs() {
    refuseOthers(OF_PKCS);
    String displayName = body.text("displayName", MAX_NAME);
    String description = body.optionalText("description", 1000);
    Set<Platform> platforms = platforms();
    String friendlyName = friendlyName(displayName);
    CertificateType type = certificateType();
    String store =
        oneOf(
            "destinationStore", PKCS_STORES, type == CertificateType.DEVICE ? "computer" : "user");
    String caId = body.text("certificationAuthority", 64);
    String templateName = body.text("certificateTemplate", 256);
    Template template = template(caId, templateName);
    KeySpec keySpec = keySpec(template);
    String subject = body.text("subject", 2048);
    List<AlternativeName> sans = alternativeNames();
    if (subject != null) {
      NamePlan.check(subject, sans, type == CertificateType.DEVICE, problems);
    }
    List<String> ekus = extendedKeyUsages(template);
    Validity validity = validity(caId, template);
    int threshold = renewalThreshold();
    String provider = keyStorageProvider(platforms);
    RevocationRules revocation = RevocationRules.read(body, json.get("revocation"));
    if (displayName == null
        || type == null
        || caId == null
        || templateName == null
        || keySpec == null
        || subject == null
        || validity == null) {
      return null;
    }
    return new ProfileSettings.Pkcs(
        displayName,
        description,
        platforms,
        friendlyName,
        store,
        type,
        caId,
        templateName,
        keySpec,
        subject,
        sans,
        ekus,
        validity,
        threshold,
        provider,
        revocation);
  }

  private ProfileSettings.@Nullable ImportedPfx importedPfx() {
    refuseOthers(OF_IMPORTED_PFX);
    String displayName = body.text("displayName", MAX_NAME);
    String description = body.optionalText("description", 1000);
    Set<Platform> platforms = platforms();
    String friendlyName = friendlyName(displayName);
    String store = oneOf("destinationStore", PKCS_STORES, "user");
    String purpose = purpose();
    int history = history();
    String provider = keyStorageProvider(platforms);
    return displayName == null || purpose == null
        ? null
        : new ProfileSettings.ImportedPfx(
            displayName, description, platforms, friendlyName, store, purpose, history, provider);
  }

  private @Nullable String purpose() {
    String purpose = body.text("purpose", 40);
    if (purpose != null && !ProfileSettings.ImportedPfx.PURPOSES.contains(purpose)) {
      problems.add(
          "/purpose",
          "unknown-value",
          "must be one of " + String.join(", ", ProfileSettings.ImportedPfx.PURPOSES));
    }
    return purpose;
  }

  private int history() {
    Integer history = body.optionalInteger("history");
    int most = ProfileSettings.ImportedPfx.MAX_HISTORY;
    if (history != null && (history < 0 || history > most)) {
      problems.add("/history", "range", "must be from 0 to " + most);
    }
    return history == null ? most : history;
  }

  private void refuseOthers(Set<String> ofKind) {
    Set<String> names = new java.util.HashSet<>(ofKind);
    names.addAll(COMMON);
    names.addAll(WRITTEN_BY_SERVICE);
    body.refuseOthers(names);
  }

  private Set<Platform> platforms() {
    Set<Platform> platforms = EnumSet.noneOf(Platform.class);
    List<String> texts = body.texts("platforms", 20, 40);
    for (int i = 0; i < texts.size(); i++) {
      Optional<Platform> platform = Platform.of(texts.get(i));
      if (platform.isPresent()) {
        platforms.add(platform.get());
      } else {
        problems.add(
            "/platforms/" + i,
            "unknown-platform",
            "must be one of " + String.join(", ", Platform.ids()));
      }
    }
    if (texts.isEmpty() && !JsonInput.concern(problems, "/platforms")) {
      problems.add("/platforms", "required", "must name at least one platform");
    }
    return platforms;
  }

  private String friendlyName(@Nullable String displayName) {
    String given = body.optionalText("friendlyName", 100);
    if (given != null && !given.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
      problems.add("/friendlyName", "format", "must be printable ASCII");
    }
    return given != null ? given : ascii(displayName == null ? "" : displayName);
  }

  /** What is left of a name when accents and all that is not ASCII are taken away. */
  private static String ascii(String name) {
    String ascii =
        Normalizer.normalize(name, Normalizer.Form.NFKD).replaceAll("[^\\x20-\\x7E]", "").strip();
    String cut = ascii.substring(0, Math.min(100, ascii.length()));
    return cut.isBlank() ? "Certificate" : cut;
  }

  private String oneOf(String name, Set<String> values, String otherwise) {
    String value = body.optionalText(name, 64);
    if (value != null && !values.contains(value)) {
      problems.add(
          "/" + name,
          "unknown-value",
          "must be one of " + String.join(", ", values.stream().sorted().toList()));
    }
    return value == null ? otherwise : value;
  }

  private @Nullable Bytes certificate() {
    String text = body.text("certificate", 60_000);
    if (text == null) {
      return null;
    }
    ParsedCertificate certificate = parsed(text);
    if (certificate == null) {
      problems.add(
          "/certificate",
          "not-a-certificate",
          "must be one X.509 certificate, PEM or base64 of DER");
      return null;
    }
    return trusted("/certificate", certificate);
  }

  private Bytes trusted(String field, ParsedCertificate certificate) {
    if (now.isAfter(certificate.notAfter())) {
      problems.add(field, "expired", "expired at " + certificate.notAfter());
    }
    if (!certificate.isCa()) {
      problems.add(field, "not-a-ca", "is no CA's certificate (basicConstraints CA:TRUE)");
    }
    String expected = body.optionalText("certificateSha256", 64);
    if (expected != null && !expected.equalsIgnoreCase(certificate.sha256())) {
      problems.add(
          "/certificateSha256", "mismatch", "the certificate's is " + certificate.sha256());
    }
    return Bytes.of(certificate.der());
  }

  /** As the CA's connector reports it: its root, or the issuing CA's own for other stores. */
  private @Nullable Bytes certificateOfCa(String store) {
    if (body.has("certificate")) {
      problems.add("/certificate", "either-or", "give the certificate or the CA, not both");
      return null;
    }
    KnownCa ca = knownCa(body.text("certificationAuthority", 64));
    if (ca == null) {
      return null;
    }
    Bytes reported = store.equals("computer-root") ? ca.root() : ca.issuing();
    ParsedCertificate certificate =
        reported == null ? null : parsed(Base64.getEncoder().encodeToString(reported.toArray()));
    if (certificate == null) {
      problems.add(
          "/certificationAuthority", "no-certificate", "no connector has reported its chain yet");
      return null;
    }
    return trusted("/certificationAuthority", certificate);
  }

  private static @Nullable ParsedCertificate parsed(String text) {
    try {
      byte[] bytes =
          text.contains("-----BEGIN")
              ? text.getBytes(StandardCharsets.UTF_8)
              : Base64.getMimeDecoder().decode(text);
      return Certificates.parse(bytes);
    } catch (PkiException | IllegalArgumentException e) {
      return null;
    }
  }

  private @Nullable CertificateType certificateType() {
    String text = body.text("certificateType", 20);
    if (text == null) {
      return null;
    }
    Optional<CertificateType> type = CertificateType.of(text);
    if (type.isEmpty()) {
      problems.add("/certificateType", "unknown-value", "must be user or device");
    }
    return type.orElse(null);
  }

  private @Nullable Template template(@Nullable String caId, @Nullable String name) {
    KnownCa ca = knownCa(caId);
    if (ca == null || name == null) {
      return null;
    }
    Optional<Template> template = ca.template(name);
    if (template.isEmpty()) {
      problems.add("/certificateTemplate", "unknown-template", unknownTemplate(ca, name));
    }
    return template.orElse(null);
  }

  private @Nullable KnownCa knownCa(@Nullable String caId) {
    KnownCa ca = caId == null ? null : cas.get(caId);
    if (caId != null && ca == null) {
      problems.add(
          "/certificationAuthority",
          "unknown-ca",
          cas.isEmpty()
              ? "no connector of this tenant has reported a CA yet"
              : "no connector reports this CA; known are " + String.join(", ", cas.keySet()));
    }
    return ca;
  }

  private static String unknownTemplate(KnownCa ca, String name) {
    return ca.templateShownAs(name)
        .map(t -> "this is a display name; the template's name is " + t.name())
        .orElseGet(
            () ->
                "the CA has no such template; it has "
                    + String.join(", ", ca.templates().stream().map(Template::name).toList()));
  }

  private @Nullable KeySpec keySpec(@Nullable Template template) {
    JsonInput spec = body.object("keySpec");
    if (spec == null) {
      if (!JsonInput.concern(problems, "/keySpec")) {
        problems.add("/keySpec", "required", "must be given");
      }
      return null;
    }
    spec.refuseOthers(Set.of("algorithm", "size"));
    String algorithm = spec.text("algorithm", 10);
    Integer size = spec.integer("size");
    return algorithm == null || size == null ? null : keySpec(algorithm, size, template);
  }

  private @Nullable KeySpec keySpec(String algorithm, int size, @Nullable Template template) {
    if (!algorithm.equals("RSA") && !algorithm.equals("EC")) {
      problems.add("/keySpec/algorithm", "unknown-algorithm", "must be RSA or EC");
      return null;
    }
    if (template != null
        && !template.keyAlgorithms().isEmpty()
        && !template.keyAlgorithms().contains(algorithm)) {
      problems.add(
          "/keySpec/algorithm",
          "not-in-template",
          "the template takes only " + String.join(", ", template.keyAlgorithms()));
    }
    KeySpec keySpec;
    try {
      keySpec = new KeySpec(KeySpec.Algorithm.valueOf(algorithm), size);
    } catch (IllegalArgumentException e) {
      problems.add("/keySpec/size", "key-size", String.valueOf(e.getMessage()));
      return null;
    }
    if (template != null && algorithm.equals("RSA") && size < template.minimumKeySize()) {
      problems.add(
          "/keySpec/size",
          "below-template",
          "the template asks for at least " + template.minimumKeySize() + " bits");
    }
    return keySpec;
  }

  private List<AlternativeName> alternativeNames() {
    List<AlternativeName> names = new ArrayList<>();
    for (JsonInput item : body.objects("subjectAlternativeNames", MAX_SANS)) {
      item.refuseOthers(Set.of("type", "value"));
      String type = item.text("type", 20);
      String value = item.text("value", 1024);
      names.add(new AlternativeName(type == null ? "" : type, value == null ? "" : value));
    }
    boolean broken = JsonInput.concern(problems, "/subjectAlternativeNames");
    return broken ? List.of() : List.copyOf(names);
  }

  private List<String> extendedKeyUsages(@Nullable Template template) {
    List<String> texts = body.texts("extendedKeyUsages", MAX_EKUS, 128);
    for (int i = 0; i < texts.size(); i++) {
      checkKeyUsage("/extendedKeyUsages/" + i, texts.get(i), template);
    }
    if (!texts.isEmpty() || JsonInput.concern(problems, "/extendedKeyUsages")) {
      return List.copyOf(texts);
    }
    if (template == null) {
      return List.of();
    }
    if (template.extendedKeyUsages().isEmpty()) {
      problems.add("/extendedKeyUsages", "required", "must be given, as the template names none");
    }
    return template.extendedKeyUsages().stream().map(KeyUsagePurpose::nameOf).toList();
  }

  private void checkKeyUsage(String field, String text, @Nullable Template template) {
    Optional<String> oid = KeyUsagePurpose.oidOf(text);
    if (oid.isEmpty()) {
      problems.add(
          field, "unknown-key-usage", "must be a name such as clientAuth, or a dotted OID");
    } else if (KeyUsagePurpose.isForbidden(oid.get())) {
      problems.add(
          field,
          "forbidden-key-usage",
          "certificates for any purpose, or to enrol others, are not issued to devices");
    } else if (template != null
        && !template.extendedKeyUsages().isEmpty()
        && !template.extendedKeyUsages().contains(oid.get())) {
      problems.add(field, "not-in-template", "the template does not allow it");
    }
  }

  private @Nullable Validity validity(@Nullable String caId, @Nullable Template template) {
    JsonInput object = body.object("validity");
    if (object == null) {
      if (!JsonInput.concern(problems, "/validity")) {
        problems.add("/validity", "required", "must be given");
      }
      return null;
    }
    object.refuseOthers(Set.of("value", "unit"));
    Integer value = object.integer("value");
    String unitText = object.text("unit", 20);
    Optional<Validity.Unit> unit = unitText == null ? Optional.empty() : Validity.Unit.of(unitText);
    if (unitText != null && unit.isEmpty()) {
      problems.add("/validity/unit", "unknown-value", "must be one of days, weeks, months, years");
    }
    if (value != null && (value < 1 || value > 36_500)) {
      problems.add("/validity/value", "range", "must be from 1 to 36500");
      return null;
    }
    if (value == null || unit.isEmpty()) {
      return null;
    }
    Validity validity = new Validity(value, unit.get());
    checkValidity(validity, caId == null ? null : cas.get(caId), template);
    return validity;
  }

  private void checkValidity(Validity validity, @Nullable KnownCa ca, @Nullable Template template) {
    long seconds = validity.duration().toSeconds();
    if (template != null && seconds > template.maximumValiditySeconds()) {
      problems.add(
          "/validity",
          "exceeds-template",
          "the template and its CA give at most "
              + template.maximumValiditySeconds() / 86_400
              + " days");
    }
    Instant end = ca == null ? null : ca.notAfter();
    if (end != null && now.plusSeconds(seconds).isAfter(end)) {
      problems.add("/validity", "exceeds-ca", "the CA's own certificate ends at " + end);
    }
  }

  private int renewalThreshold() {
    Integer percent = body.optionalInteger("renewalThresholdPercent");
    if (percent != null && (percent < 1 || percent > 99)) {
      problems.add("/renewalThresholdPercent", "range", "must be from 1 to 99");
    }
    return percent == null ? DEFAULT_RENEWAL_THRESHOLD : percent;
  }

  private @Nullable String keyStorageProvider(Set<Platform> platforms) {
    if (!body.has("keyStorageProvider")) {
      return null;
    }
    String provider = oneOf("keyStorageProvider", KEY_STORAGE_PROVIDERS, "");
    if (!platforms.contains(Platform.WINDOWS)) {
      problems.add("/keyStorageProvider", "windows-only", "only Windows has key storage providers");
    }
    return provider.isEmpty() ? null : provider;
  }
}
