package io.certferry.issuance;

import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.certificate.TestAuthority;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Callers of the internal listener, the right one and others. */
final class InternalClients {

  private InternalClients() {}

  /** A service with a certificate of the internal CA. */
  static HttpClient of(String service) {
    return client(
        PemFiles.readPrivateKey(ca().resolveSibling(service + ".key")),
        PemFiles.readCertificates(ca().resolveSibling(service + ".pem")).get(0));
  }

  static HttpClient withoutCertificate() {
    return client(null, null);
  }

  /** The right name, and a CA of its own. */
  static HttpClient stranger() {
    Instant now = Instant.now();
    TestAuthority other =
        TestAuthority.create(
            "Certferry internal TLS",
            KeyPairs.ec(),
            now.minus(Duration.ofHours(1)),
            now.plus(Duration.ofDays(1)));
    KeyPair keys = KeyPairs.ec();
    return client(
        keys.getPrivate(),
        other.issue(
            CertificateSpec.serviceClient(
                "pfx-import-service",
                keys.getPublic(),
                now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofDays(1)))));
  }

  private static Path ca() {
    return Path.of(Stories.config("certferry.internal.client-anchors"));
  }

  private static HttpClient client(
      @Nullable PrivateKey key, @Nullable X509Certificate certificate) {
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      KeyStore anchors = empty();
      anchors.setCertificateEntry("ca", PemFiles.readCertificates(ca()).get(0));
      trust.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(key, certificate), trust.getTrustManagers(), null);
      return HttpClient.newBuilder()
          .sslContext(context)
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager @Nullable [] keys(
      @Nullable PrivateKey key, @Nullable X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    if (key == null || certificate == null) {
      return null;
    }
    char[] password = "changeit".toCharArray();
    KeyStore store = empty();
    store.setKeyEntry("self", key, password, new Certificate[] {certificate});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, password);
    return managers.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
