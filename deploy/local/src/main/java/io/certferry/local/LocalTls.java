package io.certferry.local;

import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.TestAuthority;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * TLS for the loopback names, under a CA of its own that exists only for this start.
 *
 * @param ca to be trusted by clients of the local stack
 * @param context for a server
 */
record LocalTls(X509Certificate ca, SSLContext context) {

  private static final Duration VALIDITY = Duration.ofDays(90);
  private static final Duration BACKDATE = Duration.ofHours(1);

  static LocalTls create(InstantSource clock) {
    Instant from = clock.instant().minus(BACKDATE);
    Instant to = clock.instant().plus(VALIDITY);
    TestAuthority ca = TestAuthority.create("Certferry local TLS", KeyPairs.ec(), from, to);
    KeyPair keys = KeyPairs.ec();
    X509Certificate leaf = ca.issue(CertificateSpec.loopbackServer(keys.getPublic(), from, to));
    return new LocalTls(ca.certificate(), context(keys, leaf, ca.certificate()));
  }

  private static SSLContext context(KeyPair keys, X509Certificate leaf, X509Certificate ca) {
    try {
      char[] none = new char[0];
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, none);
      store.setKeyEntry("server", keys.getPrivate(), none, new Certificate[] {leaf, ca});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new StackException("cannot prepare TLS", e);
    }
  }
}
