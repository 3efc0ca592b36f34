package io.certferry.gateway.driver.wire;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate chain and its key from two PEM files. */
public final class SignerFiles {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private SignerFiles() {}

  /**
   * Our own certificate first.
   *
   * @throws IOException if the file cannot be read or holds none
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> certificates = new ArrayList<>();
      for (byte[] der : Certificates.fromPem(Files.readAllBytes(file))) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
      return certificates;
    } catch (GeneralSecurityException | PkiException e) {
      throw new IOException(file.getFileName() + " holds no certificate", e);
    }
  }

  /**
   * The key, PKCS#8 in PEM.
   *
   * @throws IOException if the file cannot be read or holds none
   */
  public static PrivateKey key(Path file) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IOException(file.getFileName() + " holds no PRIVATE KEY");
    }
    try (SecretBytes pkcs8 = SecretBytes.owning(Base64.getMimeDecoder().decode(pem.group(1)))) {
      return PrivateKeys.decode(pkcs8);
    } catch (PkiException | IllegalArgumentException e) {
      throw new IOException(file.getFileName() + " holds no usable key", e);
    }
  }
}
