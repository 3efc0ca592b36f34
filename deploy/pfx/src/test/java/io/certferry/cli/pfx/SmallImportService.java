package io.certferry.cli.pfx;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.UserIds;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.custody.ImportBinding;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.custody.SealedImport;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;

/**
 * What pfx-import-service answers to the importer, with a real import key that opens what comes.
 */
final class SmallImportService implements AutoCloseable {

  static final String TENANT = "default";

  private static final GeneratedKey KEY = KeyPairs.generate(KeySpec.RSA_2048);

  /** Clear files by {@code upn/purpose/thumbprint}. */
  final Map<String, byte[]> imports = new ConcurrentHashMap<>();

  final AtomicInteger uploads = new AtomicInteger();
  final AtomicInteger unavailableFor = new AtomicInteger();

  private final HttpServer server;

  SmallImportService() throws IOException {
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.createContext("/api/v1/import-keys", this::keys);
    server.createContext("/api/v1/imports", this::upload);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void keys(HttpExchange call) throws IOException {
    String pem =
        "-----BEGIN PUBLIC KEY-----\\n"
            + Base64.getEncoder().encodeToString(KEY.spki())
            + "\\n-----END PUBLIC KEY-----\\n";
    answer(
        call,
        200,
        "{\"items\":[{\"tenant\":\"default\",\"providerName\":\"Certferry\",\"keyName\":\"one\",\"version\":2,"
            + "\"state\":\"current\",\"publicKeyPem\":\""
            + pem
            + "\"},{\"state\":\"older\"}],\"next\":null}");
  }

  private void upload(HttpExchange call) throws IOException {
    uploads.incrementAndGet();
    JsonNode body = ContractJson.mapper().readTree(call.getRequestBody());
    if (!"Bearer the-token".equals(call.getRequestHeaders().getFirst("Authorization"))) {
      answer(call, 401, "{\"type\":\"urn:certferry:problem:unauthorized\"}");
    } else if (unavailableFor.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      call.getResponseHeaders().set("Retry-After", "1");
      answer(call, 503, "{}");
    } else if (body.get("userPrincipalName").asText().startsWith("refused")) {
      answer(
          call,
          422,
          "{\"errors\":[{\"field\":\"/userPrincipalName\",\"rule\":\"pattern\",\"message\":\"no\"}]}");
    } else {
      String key = open(body);
      answer(call, imports.size() > 1 && key.isEmpty() ? 200 : 201, "{}");
    }
  }

  private String open(JsonNode body) throws IOException {
    String upn = body.get("userPrincipalName").asText();
    String thumbprint = Certificates.parse(body.get("certificate").binaryValue()).sha1();
    ImportBinding binding =
        new ImportBinding(
            TENANT,
            UserIds.of(TENANT, upn),
            thumbprint,
            body.get("purpose").asText(),
            body.get("pfxSha256").asText());
    SealedImport sealed =
        new SealedImport(
            body.get("importKeySha256").asText(),
            body.get("encryptedKey").binaryValue(),
            body.get("sealedPfx").binaryValue(),
            body.get("sealedPassword").binaryValue());
    try (SealedImport.Clear clear =
        sealed.open(
            binding,
            text ->
                RsaOaep.decrypt(
                    SmallImportService::raw,
                    2048,
                    OaepHash.SHA256,
                    SealedImport.label(binding),
                    text))) {
      imports.put(
          upn + "/" + binding.purpose() + "/" + thumbprint,
          clear.pfx().expose(SecretAccess.granted()).clone());
    }
    return thumbprint;
  }

  private static byte[] raw(byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding", "SunJCE");
      cipher.init(
          Cipher.DECRYPT_MODE,
          PrivateKeys.decode(SecretBytes.copyOf(KEY.pkcs8().expose(SecretAccess.granted()))));
      return cipher.doFinal(text);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange call, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(status, bytes.length);
    call.getResponseBody().write(bytes);
    call.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
