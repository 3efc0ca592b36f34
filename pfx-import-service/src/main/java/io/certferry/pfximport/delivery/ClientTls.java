package io.certferry.pfximport.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A TLS context from PEM files: own certificate and key, and whom to trust; nobody else. */
final class ClientTls {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private ClientTls() {}

  static SSLContext context(IssuanceConfig.Tls files) {
    char[] password = UUID.randomUUID().toString().toCharArray();
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(identity(files, password), password);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(anchors(needed(files.trust(), "trust")));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the files of certferry.issuance.tls cannot be used", e);
    }
  }

  private static KeyStore identity(IssuanceConfig.Tls files, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    Certificate[] chain =
        certificates(needed(files.certificate(), "certificate")).toArray(Certificate[]::new);
    store.setKeyEntry("self", key(needed(files.key(), "key")), password, chain);
    return store;
  }

  private static KeyStore anchors(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    List<Certificate> anchors = certificates(file);
    for (int i = 0; i < anchors.size(); i++) {
      store.setCertificateEntry("anchor-" + i, anchors.get(i));
    }
    return store;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> all = new java.util.ArrayList<>();
    for (byte[] der : Certificates.fromPem(Files.readAllBytes(file))) {
      all.add(factory.generateCertificate(new ByteArrayInputStream(der)));
    }
    return all;
  }

  private static PrivateKey key(Path file) throws IOException {
    byte[] pem = Files.readAllBytes(file);
    Matcher block = KEY.matcher(new String(pem, US_ASCII));
    Arrays.fill(pem, (byte) 0);
    if (!block.find()) {
      throw new IOException(file + " has no PRIVATE KEY block");
    }
    try (SecretBytes pkcs8 = SecretBytes.owning(Base64.getMimeDecoder().decode(block.group(1)))) {
      return PrivateKeys.decode(pkcs8);
    }
  }

  private static Path needed(Optional<Path> file, String name) {
    return file.orElseThrow(
        () -> new IllegalStateException("certferry.issuance.tls." + name + " is not set"));
  }
}
