package io.certferry.pki.pkcs12;

import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Makes PKCS#12 files with other people's programs. */
final class ForeignPfx {
  private final Path directory;

  ForeignPfx(Path directory) {
    this.directory = directory;
  }

  byte[] key(KeySpec spec) {
    return TestPki.key(spec).pkcs8().expose(SecretAccess.granted());
  }

  byte[] leaf(KeySpec spec) {
    return TestPki.leaf(spec);
  }

  Path write(String name, byte[] content) {
    try {
      return Files.write(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] read(String name) {
    try {
      return Files.readAllBytes(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void files(byte[] pkcs8, byte[] leaf, List<byte[]> chain) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
            + "\n-----END PRIVATE KEY-----\n";
    write("key.pem", pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    write("leaf.pem", pem(List.of(leaf)));
    write("chain.pem", pem(chain));
  }

  private static byte[] pem(List<byte[]> certificates) {
    StringBuilder text = new StringBuilder();
    certificates.forEach(der -> text.append(Certificates.toPem(der)));
    return text.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /** By {@code openssl pkcs12 -export}, with further options. */
  byte[] openssl(
      byte[] pkcs8, byte[] leaf, List<byte[]> chain, String password, String... options) {
    files(pkcs8, leaf, chain);
    List<String> command = new ArrayList<>(List.of("pkcs12", "-export", "-inkey", "key.pem"));
    command.addAll(List.of("-in", "leaf.pem", "-name", "one", "-out", "made.pfx"));
    write("password.txt", utf8(password));
    command.addAll(List.of("-passout", "file:password.txt"));
    if (!chain.isEmpty()) {
      command.addAll(List.of("-certfile", "chain.pem"));
    }
    command.addAll(Arrays.asList(options));
    Tool.OPENSSL.run(directory, command.toArray(String[]::new)).assertSucceeded();
    return read("made.pfx");
  }

  /** In a file: what an argument becomes depends on the locale. */
  private static byte[] utf8(String password) {
    return (password + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * A key that may sign with RSASSA-PSS alone, and its certificate, which {@code leaf.der} keeps.
   */
  byte[] rsaPss(String password) {
    openssl("genpkey", "-algorithm", "RSA-PSS", "-out", "key.pem");
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        "key.pem",
        "-subj",
        "/CN=pss",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-out",
        "leaf.pem");
    openssl("x509", "-in", "leaf.pem", "-outform", "DER", "-out", "leaf.der");
    write("password.txt", utf8(password));
    openssl(
        "pkcs12",
        "-export",
        "-inkey",
        "key.pem",
        "-in",
        "leaf.pem",
        "-passout",
        "file:password.txt",
        "-out",
        "made.pfx");
    return read("made.pfx");
  }

  private void openssl(String... arguments) {
    Tool.OPENSSL.run(directory, arguments).assertSucceeded();
  }

  /** By {@code certtool --to-p12}. */
  byte[] gnutls(byte[] pkcs8, byte[] leaf, List<byte[]> chain, String password) {
    files(pkcs8, leaf, chain);
    List<String> command =
        new ArrayList<>(List.of("--to-p12", "--load-privkey", "key.pem", "--outder"));
    command.addAll(List.of("--load-certificate", "leaf.pem", "--p12-name", "one"));
    command.addAll(List.of("--password", password, "--outfile", "made.pfx"));
    if (!chain.isEmpty()) {
      command.addAll(List.of("--load-ca-certificate", "chain.pem"));
    }
    Tool.CERTTOOL.run(directory, command.toArray(String[]::new)).assertSucceeded();
    return read("made.pfx");
  }

  /** By {@code pk12util -o}, which writes BER with indefinite lengths. */
  byte[] nss(byte[] pkcs8, byte[] leaf, List<byte[]> chain, String password, String... options) {
    openssl(pkcs8, leaf, chain, "in");
    String database = "sql:nss" + System.nanoTime();
    try {
      Files.createDirectories(directory.resolve(database.substring("sql:".length())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Tool.CERTUTIL.run(directory, "-N", "-d", database, "--empty-password").assertSucceeded();
    Tool.PK12UTIL.run(directory, "-i", "made.pfx", "-d", database, "-W", "in").assertSucceeded();
    write("password.txt", utf8(password));
    List<String> command = new ArrayList<>(List.of("-o", "nss.pfx", "-n", "one", "-d", database));
    command.addAll(List.of("-w", "password.txt"));
    command.addAll(Arrays.asList(options));
    Tool.PK12UTIL.run(directory, command.toArray(String[]::new)).assertSucceeded();
    return read("nss.pfx");
  }

  /** By {@code keytool -importkeystore}. */
  byte[] keytool(
      byte[] pkcs8, byte[] leaf, List<byte[]> chain, String password, String... options) {
    openssl(pkcs8, leaf, chain, "changeit");
    List<String> command = new ArrayList<>(Arrays.asList(options));
    command.addAll(List.of("-importkeystore", "-noprompt", "-srckeystore", "made.pfx"));
    command.addAll(List.of("-srcstorepass", "changeit", "-srcstoretype", "PKCS12"));
    command.addAll(List.of("-destkeystore", "keytool.pfx", "-deststoretype", "PKCS12"));
    command.addAll(List.of("-deststorepass", password, "-destkeypass", password));
    try {
      Files.deleteIfExists(directory.resolve("keytool.pfx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Tool.KEYTOOL.run(directory, command.toArray(String[]::new)).assertSucceeded();
    return read("keytool.pfx");
  }
}
