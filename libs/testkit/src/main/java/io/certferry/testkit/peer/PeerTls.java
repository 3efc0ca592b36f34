package io.certferry.testkit.peer;

import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.certificate.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS for servers on loopback, and client certificates that they accept. */
public final class PeerTls {

  private static final Duration LIFETIME = Duration.ofDays(30);
  private static final char[] NO_SECRET = "loopback".toCharArray();

  private final TestAuthority authority;
  private final InstantSource clock;
  private final KeyPair serverKeys = KeyPairs.ec();
  private final X509Certificate server;

  public PeerTls(InstantSource clock) {
    this.clock = clock;
    this.authority =
        TestAuthority.create(
            "Loopback TLS",
            KeyPairs.ec(),
            clock.instant().minus(Duration.ofHours(1)),
            clock.instant().plus(LIFETIME));
    this.server =
        authority.issue(
            CertificateSpec.loopbackServer(
                serverKeys.getPublic(),
                clock.instant().minus(Duration.ofHours(1)),
                clock.instant().plus(LIFETIME)));
  }

  /** What servers show. */
  public X509Certificate server() {
    return server;
  }

  /** What clients must trust, PEM. */
  public Path writeTrust(Path file) {
    PemFiles.writeCertificates(file, List.of(authority.certificate()));
    return file;
  }

  /** A client certificate and its key, PEM. */
  public void writeClient(String commonName, Path certificate, Path key) {
    KeyPair keys = KeyPairs.ec();
    PemFiles.writeCertificates(
        certificate,
        List.of(
            authority.issue(
                CertificateSpec.client(
                    commonName,
                    keys.getPublic(),
                    clock.instant().minus(Duration.ofHours(1)),
                    clock.instant().plus(LIFETIME)))));
    PemFiles.writePrivateKey(key, keys, false);
  }

  SSLContext context() {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry("server", serverKeys.getPrivate(), NO_SECRET, new X509Certificate[] {server});
      own.setCertificateEntry("clients", authority.certificate());
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(own, NO_SECRET);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(own);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
