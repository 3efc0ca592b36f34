package io.certferry.testkit.certificate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** PEM files (RFC 7468); whatever holds a private key gets mode 0600 from the start. */
public final class PemFiles {

  private static final Base64.Encoder BODY = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));

  private PemFiles() {}

  /** One PEM block with a closing newline. */
  public static String block(String label, byte[] der) {
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(label, BODY.encodeToString(der))
        .replace(System.lineSeparator(), "\n");
  }

  /** Certificates one after the other. */
  public static void writeCertificates(Path file, List<X509Certificate> certificates) {
    write(
        file,
        certificates.stream()
            .map(PemFiles::encoded)
            .map(der -> block("CERTIFICATE", der))
            .collect(Collectors.joining()));
  }

  /** {@code PRIVATE KEY} (PKCS#8) and, for {@code withPublic}, {@code PUBLIC KEY} after it. */
  public static void writePrivateKey(Path file, KeyPair keys, boolean withPublic) {
    String pem = block("PRIVATE KEY", keys.getPrivate().getEncoded());
    writeSecret(file, withPublic ? pem + block("PUBLIC KEY", keys.getPublic().getEncoded()) : pem);
  }

  /** One {@code PUBLIC KEY} (SPKI) for each key pair. */
  public static void writePublicKey(Path file, KeyPair... keys) {
    write(
        file,
        Stream.of(keys)
            .map(pair -> block("PUBLIC KEY", pair.getPublic().getEncoded()))
            .collect(Collectors.joining()));
  }

  /** All certificates of a file. */
  public static List<X509Certificate> readCertificates(Path file) {
    try {
      return parseCertificates(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.getFileName(), e);
    }
  }

  /** All certificates of a PEM text, or the one of a DER value. */
  public static List<X509Certificate> parseCertificates(byte[] pemOrDer) {
    try {
      Collection<?> parsed =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pemOrDer));
      return parsed.stream().map(X509Certificate.class::cast).toList();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no certificate", e);
    }
  }

  /** The private key of a file, RSA or EC. */
  public static PrivateKey readPrivateKey(Path file) {
    try {
      String pem = Files.readString(file, US_ASCII);
      int start =
          pem.indexOf("-----BEGIN PRIVATE KEY-----") + "-----BEGIN PRIVATE KEY-----".length();
      byte[] der =
          Base64.getMimeDecoder().decode(pem.substring(start, pem.indexOf("-----END PRIVATE KEY")));
      return parsePrivateKey(new PKCS8EncodedKeySpec(der));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.getFileName(), e);
    }
  }

  /** Writes a file that only its owner may read, replacing an old one. */
  public static void writeSecret(Path file, String content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, content, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file.getFileName(), e);
    }
  }

  private static PrivateKey parsePrivateKey(PKCS8EncodedKeySpec der) {
    return Stream.of("EC", "RSA")
        .flatMap(algorithm -> tryParse(algorithm, der))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("neither an EC nor an RSA key"));
  }

  private static Stream<PrivateKey> tryParse(String algorithm, PKCS8EncodedKeySpec der) {
    try {
      return Stream.of(KeyFactory.getInstance(algorithm).generatePrivate(der));
    } catch (GeneralSecurityException e) {
      return Stream.empty();
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void write(Path file, String content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, content, US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file.getFileName(), e);
    }
  }
}
