package io.certferry.systemtests;

import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.certificate.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/** A user's S/MIME key and certificate, and the mail that is encrypted to it with OpenSSL. */
record MailIdentity(KeyPair keys, X509Certificate certificate) {

  private static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
  private static final int BITS = 2048;

  /** Of a mail CA that nobody else knows; days are counted from now. */
  static MailIdentity of(String name, KeyPair keys, int fromDay, int toDay) {
    Instant now = Instant.now();
    TestAuthority ca =
        TestAuthority.create(
            "Mail CA",
            KeyPairs.ec(),
            now.minus(Duration.ofDays(2000)),
            now.plus(Duration.ofDays(2000)));
    CertificateSpec spec =
        new CertificateSpec(
            name,
            keys.getPublic(),
            now.plus(Duration.ofDays(fromDay)),
            now.plus(Duration.ofDays(toDay)),
            false,
            List.of(),
            List.of(),
            List.of(),
            List.of(EMAIL_PROTECTION));
    return new MailIdentity(keys, ca.issue(spec));
  }

  static MailIdentity of(String name, int fromDay, int toDay) {
    return of(name, KeyPairs.rsa(BITS), fromDay, toDay);
  }

  /** SHA-1 of the certificate in lower-case hex, as Graph has it. */
  String thumbprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A PFX file as OpenSSL makes it. */
  byte[] file(Path folder, String password) {
    write(folder, keys, certificate);
    writeText(folder.resolve("password"), password);
    run(
        folder,
        "pkcs12",
        "-export",
        "-inkey",
        "key.pem",
        "-in",
        "certificate.pem",
        "-out",
        "file.pfx",
        "-passout",
        "file:password");
    return read(folder.resolve("file.pfx"));
  }

  /** Encrypts a mail to the certificate. */
  Path encrypt(Path folder, String text) {
    write(folder, keys, certificate);
    writeText(folder.resolve("mail.txt"), text);
    run(
        folder,
        "cms",
        "-encrypt",
        "-aes256",
        "-in",
        "mail.txt",
        "-out",
        "mail.eml",
        "certificate.pem");
    return folder.resolve("mail.eml");
  }

  /** Reads a mail with what a device was given. */
  static String decrypt(Path folder, Path mail, OpenedPackage delivered) {
    write(
        folder,
        new KeyPair(delivered.certificate().getPublicKey(), delivered.key()),
        delivered.certificate());
    run(
        folder,
        "cms",
        "-decrypt",
        "-in",
        mail.toAbsolutePath().toString(),
        "-inkey",
        "key.pem",
        "-recip",
        "certificate.pem",
        "-out",
        "read.txt");
    return new String(read(folder.resolve("read.txt")), java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }

  private static void write(Path folder, KeyPair keys, X509Certificate certificate) {
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve("key.pem"));
      Files.deleteIfExists(folder.resolve("certificate.pem"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PemFiles.writePrivateKey(folder.resolve("key.pem"), keys, false);
    PemFiles.writeCertificates(folder.resolve("certificate.pem"), List.of(certificate));
  }

  private static void writeText(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path folder, String... arguments) {
    List<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String output =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("openssl " + arguments[0] + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "MailIdentity[" + certificate.getSubjectX500Principal() + "]";
  }
}
