package io.certferry.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.local.Api;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.key.SecretBytes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The administrator who imports users' PFX files, through Microsoft Graph's form of the API. */
final class Importer {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String GRAPH = "/beta/deviceManagement/userPfxCertificates";

  private final LocalStack stack;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Api api;
  private final ImportKey key;

  Importer(LocalStack stack) {
    this.stack = stack;
    this.api = new Api(role -> tokens.computeIfAbsent(role, r -> stack.token(r, "default")));
    this.key = newKey();
  }

  /** An import key as its creator sees it. */
  private record ImportKey(String id, String providerName, String keyName, byte[] spki) {}

  private ImportKey newKey() {
    ObjectNode wanted =
        JSON.objectNode()
            .put("providerName", "Certferry")
            .put("keyName", "system-tests-" + UUID.randomUUID())
            .put("size", 2048);
    JsonNode made =
        api.call("profile-admin", "POST", service("/api/v1/import-keys"), wanted, 201).json();
    String pem = made.get("publicKeyPem").asText().replaceAll("-----[A-Z ]+-----", "");
    return new ImportKey(
        made.get("id").asText(),
        made.get("providerName").asText(),
        made.get("keyName").asText(),
        Base64.getMimeDecoder().decode(pem));
  }

  /** Imports a file; its id in Graph. */
  String imported(MailIdentity identity, byte[] file, String upn, String password) {
    return api.call(
            "profile-admin", "POST", service(GRAPH), body(identity, file, upn, password), 201)
        .json()
        .get("id")
        .asText();
  }

  /** Tries to; the status. */
  int tryImport(MailIdentity identity, byte[] file, String upn, String password) {
    return api.tryCall("profile-admin", "POST", service(GRAPH), body(identity, file, upn, password))
        .status();
  }

  private ObjectNode body(MailIdentity identity, byte[] file, String upn, String password) {
    return JSON.objectNode()
        .put("thumbprint", identity.thumbprint())
        .put("intendedPurpose", "smimeEncryption")
        .put("userPrincipalName", upn)
        .put("startDateTime", identity.certificate().getNotBefore().toInstant().toString())
        .put("expirationDateTime", identity.certificate().getNotAfter().toInstant().toString())
        .put("providerName", key.providerName())
        .put("keyName", key.keyName())
        .put("paddingScheme", "oaepSha512")
        .put("encryptedPfxBlob", Base64.getEncoder().encodeToString(file))
        .put("encryptedPfxPassword", encrypted(password));
  }

  private String encrypted(String password) {
    try (SecretBytes secret = SecretBytes.owning(password.getBytes(StandardCharsets.ISO_8859_1))) {
      return Base64.getEncoder()
          .encodeToString(RsaOaep.encrypt(key.spki(), OaepHash.SHA512, new byte[0], secret));
    }
  }

  void delete(String id) {
    api.call("profile-admin", "DELETE", service(GRAPH + "/" + id), JSON.objectNode(), 204);
  }

  /** The next version of the key; what was sealed to the former is sealed anew. */
  void rotate() {
    api.call(
        "pki-admin",
        "POST",
        service("/api/v1/import-keys/" + key.id() + "/rotate"),
        JSON.objectNode(),
        201);
  }

  /** How many imports are sealed to the first version of the key. */
  int sealedToFirstVersion() {
    return api.get("auditor", service("/api/v1/import-keys/" + key.id()))
        .json()
        .get("imports")
        .asInt();
  }

  /** An imported-pfx profile for a group. */
  String profile(int history, String group) {
    ObjectNode profile =
        JSON.objectNode()
            .put("kind", "imported-pfx")
            .put("displayName", "S/MIME")
            .put("purpose", "smimeEncryption")
            .put("history", history);
    for (String platform : new String[] {"ios", "macos", "windows", "android"}) {
      profile.withArray("platforms").add(platform);
    }
    String id =
        api.call("profile-admin", "POST", profiles(""), profile, 201).json().get("id").asText();
    ObjectNode assignments = JSON.objectNode();
    assignments.putArray("include").addObject().put("group", group);
    assignments.putArray("exclude");
    api.call("profile-admin", "PUT", profiles("/" + id + "/assignments"), assignments, 200);
    return id;
  }

  /** A device of the user reports itself. */
  int checkIn(ManagedDevice device, String upn, String group) {
    return api.tryCall(
            "mdm",
            "POST",
            stack.url(ServiceKind.PROFILE).resolve("/api/v1/checkins"),
            report(device, upn, group))
        .status();
  }

  private static ObjectNode report(ManagedDevice device, String upn, String group) {
    ObjectNode report = device.checkIn();
    ((ObjectNode) report.get("user"))
        .put("id", "id-of-" + upn)
        .put("userPrincipalName", upn)
        .put("emailAddress", upn);
    report.putArray("groups").add(group);
    return report;
  }

  private URI profiles(String path) {
    return stack.url(ServiceKind.PROFILE).resolve("/api/v1/profiles" + path);
  }

  private URI service(String path) {
    return stack.url(ServiceKind.PFX_IMPORT).resolve(path);
  }
}
