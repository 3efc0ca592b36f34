package io.certferry.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.contracts.Bytes;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.testkit.Device;
import io.certferry.testkit.certificate.PemFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A package as the device sees it after opening the envelope.
 *
 * @param envelope the bytes that were fetched
 * @param generation of the enrolment
 * @param pkcs12 DER
 * @param password of the PKCS#12
 * @param key the private key inside
 * @param certificate that goes with it
 * @param chain issuing CA, then root
 */
record DemoPackage(
    Bytes envelope,
    int generation,
    Bytes pkcs12,
    String password,
    PrivateKey key,
    X509Certificate certificate,
    List<X509Certificate> chain) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Opens the envelope with the device's key, then the PKCS#12 with its password. */
  static DemoPackage open(Bytes envelope, String sha256, Device device) {
    if (!sha256Hex(envelope.toArray()).equalsIgnoreCase(sha256)) {
      throw new StackException("the package does not have the SHA-256 that was announced");
    }
    try (SecretBytes deviceKey = SecretBytes.owning(device.keys().getPrivate().getEncoded());
        SecretBytes content =
            CmsEnvelopes.open(envelope.toArray(), deviceKey, device.certificateDer())) {
      return parse(envelope, JSON.readTree(content.expose(SecretAccess.granted())));
    } catch (IOException e) {
      throw new StackException("the package's content is not JSON", e);
    }
  }

  /** Writes the five files that a person can look at. */
  void write(Path directory) {
    SecretFile.replace(directory.resolve("package.cms"), envelope.toArray());
    SecretFile.replace(directory.resolve("certificate.p12"), pkcs12.toArray());
    SecretFile.replace(directory.resolve("password.txt"), password);
    PemFiles.writeCertificates(directory.resolve("certificate.pem"), List.of(certificate));
    PemFiles.writeCertificates(directory.resolve("chain.pem"), chain);
  }

  @Override
  public String toString() {
    return "DemoPackage[" + certificate.getSubjectX500Principal() + "]";
  }

  static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DemoPackage parse(Bytes envelope, JsonNode content) {
    Bytes pkcs12 = Bytes.fromBase64(content.path("pkcs12").asText());
    String password = content.path("password").asText();
    List<X509Certificate> chain = new ArrayList<>();
    content
        .path("chain")
        .forEach(
            entry ->
                chain.addAll(
                    PemFiles.parseCertificates(Base64.getDecoder().decode(entry.asText()))));
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(pkcs12.toArray()), password.toCharArray());
      String alias = store.aliases().nextElement();
      return new DemoPackage(
          envelope,
          content.path("generation").asInt(),
          pkcs12,
          password,
          (PrivateKey) store.getKey(alias, password.toCharArray()),
          (X509Certificate) store.getCertificate(alias),
          List.copyOf(chain));
    } catch (GeneralSecurityException | IOException e) {
      throw new StackException("the JDK cannot open the PKCS#12: " + e.getMessage(), e);
    }
  }

  private static String sha256Hex(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
