package io.certferry.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.testkit.Device;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A package as its device sees it.
 *
 * @param password of the PKCS#12 inside
 */
record OpenedPackage(PrivateKey key, X509Certificate certificate, String password) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Opens the envelope with the device's key, then the PKCS#12 with its password.
   *
   * @throws IllegalStateException if either does not open
   */
  static OpenedPackage open(byte[] envelope, Device device) {
    try (SecretBytes deviceKey = SecretBytes.owning(device.keys().getPrivate().getEncoded());
        SecretBytes content = CmsEnvelopes.open(envelope, deviceKey, device.certificateDer())) {
      return unpack(JSON.readTree(content.expose(SecretAccess.granted())));
    } catch (IOException e) {
      throw new UncheckedIOException("the content is no JSON", e);
    }
  }

  private static OpenedPackage unpack(JsonNode content) throws IOException {
    String password = content.path("password").asText();
    byte[] pkcs12 = Base64.getDecoder().decode(content.path("pkcs12").asText());
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(pkcs12), password.toCharArray());
      String alias = store.aliases().nextElement();
      return new OpenedPackage(
          (PrivateKey) store.getKey(alias, password.toCharArray()),
          (X509Certificate) store.getCertificate(alias),
          password);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the PKCS#12 does not open: " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "OpenedPackage[" + certificate.getSubjectX500Principal() + "]";
  }
}
