package io.certferry.pfximport;

import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** A small TLS CA with one server on 127.0.0.1 and one client, as files that live with the JVM. */
public final class TestTls {

  private static final String PROPERTY = "certferry.test.tls";

  private TestTls() {}

  /** The folder; made at the first call. */
  static Path directory() {
    synchronized (Runtime.getRuntime()) {
      String directory = System.getProperty(PROPERTY);
      if (directory == null) {
        directory = make().toString();
        System.setProperty(PROPERTY, directory);
      }
      return Path.of(directory);
    }
  }

  public static Path ca() {
    return directory().resolve("ca.pem");
  }

  /** PEM of {@code server}, {@code client} or {@code stranger}. */
  public static Path certificate(String name) {
    return directory().resolve(name + ".pem");
  }

  /** Its key, PKCS#8 PEM. */
  public static Path key(String name) {
    return directory().resolve(name + ".key");
  }

  private static Path make() {
    try {
      Path directory = Files.createTempDirectory("certferry-tls-");
      Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
      Certificates.Validity validity =
          new Certificates.Validity(now.minusSeconds(3600), now.plus(Duration.ofDays(30)));
      GeneratedKey caKey = KeyPairs.generate(KeySpec.EC_256);
      byte[] ca =
          CaCertificates.selfSignedRoot(
              DistinguishedName.ofCommonName("Test TLS"), caKey, validity);
      Files.writeString(directory.resolve("ca.pem"), Certificates.toPem(ca));
      leaf(directory, "server", "1.3.6.1.5.5.7.3.1", caKey, ca, validity);
      leaf(directory, "client", "1.3.6.1.5.5.7.3.2", caKey, ca, validity);
      GeneratedKey otherKey = KeyPairs.generate(KeySpec.EC_256);
      byte[] other =
          CaCertificates.selfSignedRoot(
              DistinguishedName.ofCommonName("Another CA"), otherKey, validity);
      leaf(directory, "stranger", "1.3.6.1.5.5.7.3.2", otherKey, other, validity);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void leaf(
      Path directory,
      String name,
      String usage,
      GeneratedKey caKey,
      byte[] ca,
      Certificates.Validity validity)
      throws IOException {
    GeneratedKey key = KeyPairs.generate(KeySpec.EC_256);
    byte[] certificate =
        CaCertificates.issue(
            new IssuePlan(
                DistinguishedName.ofCommonName(name).der(),
                key.spki(),
                List.of(
                    new SubjectAltName(SubjectAltName.Type.IP, "127.0.0.1"),
                    new SubjectAltName(SubjectAltName.Type.DNS, "localhost"),
                    new SubjectAltName(SubjectAltName.Type.DNS, "pfx-import-service")),
                List.of(usage),
                Set.of(),
                null,
                null,
                Randomness.serialNumber(),
                validity,
                Publication.NONE),
            SigningKey.of(caKey),
            ca);
    Files.writeString(directory.resolve(name + ".pem"), Certificates.toPem(certificate));
    Files.writeString(
        directory.resolve(name + ".key"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.pkcs8().expose(SecretAccess.granted()))
            + "\n-----END PRIVATE KEY-----\n");
  }

  /** A server or client context that trusts the CA. */
  public static SSLContext context(String name) {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(identity(name), "x".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new X509TrustManager[] {trustManager()}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore identity(String name) throws GeneralSecurityException, IOException {
    String pem = Files.readString(key(name)).replaceAll("-----[A-Z ]+-----", "");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "self",
        PrivateKeys.decode(SecretBytes.owning(Base64.getMimeDecoder().decode(pem))),
        "x".toCharArray(),
        new Certificate[] {read(certificate(name))});
    return store;
  }

  /** Trusts the CA alone. */
  public static X509TrustManager trustManager() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", read(ca()));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return (X509TrustManager) trust.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate read(Path file) throws GeneralSecurityException, IOException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
  }
}
