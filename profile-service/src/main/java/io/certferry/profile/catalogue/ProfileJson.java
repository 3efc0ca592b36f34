package io.certferry.profile.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.pki.key.KeySpec;
import io.certferry.profile.naming.AlternativeName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings to and from the JSON form in which they are stored, shown and published. */
public final class ProfileJson {

  private ProfileJson() {}

  public static ObjectNode write(ProfileSettings settings) {
    ObjectNode json = ContractJson.mapper().createObjectNode();
    json.put("kind", settings.kind().id());
    json.put("displayName", settings.displayName());
    if (settings.description() != null) {
      json.put("description", settings.description());
    }
    settings.platforms().forEach(p -> json.withArray("platforms").add(p.id()));
    json.put("friendlyName", settings.friendlyName());
    json.put("destinationStore", settings.destinationStore());
    RevocationRules revocation = settings.revocation();
    if (revocation != null) {
      json.set("revocation", revocation.toJson());
    }
    if (settings instanceof ProfileSettings.TrustedRoot root) {
      json.put("certificate", root.certificate().toBase64());
    } else if (settings instanceof ProfileSettings.Pkcs pkcs) {
      writePkcs(json, pkcs);
    } else if (settings instanceof ProfileSettings.ImportedPfx imported) {
      writeImportedPfx(json, imported);
    }
    return json;
  }

  private static void writeImportedPfx(ObjectNode json, ProfileSettings.ImportedPfx imported) {
    json.put("purpose", imported.purpose());
    json.put("history", imported.history());
    if (imported.keyStorageProvider() != null) {
      json.put("keyStorageProvider", imported.keyStorageProvider());
    }
  }

  private static void writePkcs(ObjectNode json, ProfileSettings.Pkcs pkcs) {
    json.put("certificateType", pkcs.certificateType().id());
    json.put("certificationAuthority", pkcs.certificationAuthority());
    json.put("certificateTemplate", pkcs.certificateTemplate());
    json.putObject("keySpec")
        .put("algorithm", pkcs.keySpec().algorithm().name())
        .put("size", pkcs.keySpec().size());
    json.put("subject", pkcs.subject());
    var sans = json.putArray("subjectAlternativeNames");
    pkcs.subjectAlternativeNames()
        .forEach(san -> sans.addObject().put("type", san.type()).put("value", san.value()));
    var ekus = json.putArray("extendedKeyUsages");
    pkcs.extendedKeyUsages().forEach(ekus::add);
    json.putObject("validity")
        .put("value", pkcs.validity().value())
        .put("unit", pkcs.validity().unit().id());
    json.put("renewalThresholdPercent", pkcs.renewalThresholdPercent());
    if (pkcs.keyStorageProvider() != null) {
      json.put("keyStorageProvider", pkcs.keyStorageProvider());
    }
  }

  public static JsonNode parse(String json) {
    try {
      return ContractJson.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored profile settings are no JSON", e);
    }
  }

  /** Reads what {@link #write} wrote; nothing is checked again. */
  public static ProfileSettings read(String stored) {
    JsonNode json = parse(stored);
    ProfileKind kind = ProfileKind.of(json.path("kind").asText()).orElseThrow();
    return switch (kind) {
      case TRUSTED_ROOT ->
          new ProfileSettings.TrustedRoot(
              json.path("displayName").asText(),
              optional(json, "description"),
              platforms(json),
              json.path("friendlyName").asText(),
              json.path("destinationStore").asText(),
              Bytes.fromBase64(json.path("certificate").asText()),
              revocation(json));
      case PKCS -> readPkcs(json);
      case IMPORTED_PFX ->
          new ProfileSettings.ImportedPfx(
              json.path("displayName").asText(),
              optional(json, "description"),
              platforms(json),
              json.path("friendlyName").asText(),
              json.path("destinationStore").asText(),
              json.path("purpose").asText(),
              json.path("history").asInt(),
              optional(json, "keyStorageProvider"));
    };
  }

  private static ProfileSettings.Pkcs readPkcs(JsonNode json) {
    List<AlternativeName> sans = new ArrayList<>();
    json.path("subjectAlternativeNames")
        .forEach(
            s -> sans.add(new AlternativeName(s.path("type").asText(), s.path("value").asText())));
    List<String> ekus = new ArrayList<>();
    json.path("extendedKeyUsages").forEach(e -> ekus.add(e.asText()));
    JsonNode keySpec = json.path("keySpec");
    JsonNode validity = json.path("validity");
    return new ProfileSettings.Pkcs(
        json.path("displayName").asText(),
        optional(json, "description"),
        platforms(json),
        json.path("friendlyName").asText(),
        json.path("destinationStore").asText(),
        CertificateType.of(json.path("certificateType").asText()).orElseThrow(),
        json.path("certificationAuthority").asText(),
        json.path("certificateTemplate").asText(),
        new KeySpec(
            KeySpec.Algorithm.valueOf(keySpec.path("algorithm").asText()),
            keySpec.path("size").asInt()),
        json.path("subject").asText(),
        List.copyOf(sans),
        List.copyOf(ekus),
        new Validity(
            validity.path("value").asInt(),
            Validity.Unit.of(validity.path("unit").asText()).orElseThrow()),
        json.path("renewalThresholdPercent").asInt(),
        optional(json, "keyStorageProvider"),
        revocation(json));
  }

  private static @Nullable RevocationRules revocation(JsonNode json) {
    return json.hasNonNull("revocation")
        ? new RevocationRules(json.path("revocation").toString())
        : null;
  }

  private static Set<Platform> platforms(JsonNode json) {
    Set<Platform> platforms = EnumSet.noneOf(Platform.class);
    json.path("platforms").forEach(p -> platforms.add(Platform.of(p.asText()).orElseThrow()));
    return platforms;
  }

  private static @Nullable String optional(JsonNode json, String name) {
    return json.hasNonNull(name) ? json.path(name).asText() : null;
  }
}
