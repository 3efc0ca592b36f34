package io.certferry.pfximport;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.certificate.Certificates;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** OpenSSL, keytool, GnuTLS and NSS as makers and readers of PFX files and mail. */
final class ForeignTools {

  /** A program that makes PFX files. */
  enum Maker {
    OPENSSL("openssl"),
    OPENSSL_LEGACY("openssl"),
    KEYTOOL("keytool"),
    GNUTLS("certtool"),
    NSS("pk12util");

    private final String program;

    Maker(String program) {
      this.program = program;
    }
  }

  private final Path directory;

  ForeignTools(Path directory) {
    this.directory = directory;
  }

  byte[] make(Maker maker, TestPfx pfx, int issuers, String password) {
    require(maker.program);
    write("key.pem", pem("PRIVATE KEY", pfx.pkcs8()));
    write("leaf.pem", Certificates.toPem(pfx.leaf()));
    StringBuilder chain = new StringBuilder();
    pfx.chain().subList(0, issuers).forEach(der -> chain.append(Certificates.toPem(der)));
    write("chain.pem", chain.toString());
    write("password.txt", password + "\n");
    return switch (maker) {
      case OPENSSL -> openssl(issuers, "password.txt");
      case OPENSSL_LEGACY -> openssl(issuers, "password.txt", "-legacy");
      case KEYTOOL -> keytool(issuers, password);
      case GNUTLS -> gnutls(issuers, password);
      case NSS -> nss(issuers);
    };
  }

  private byte[] openssl(int issuers, String passwordFile, String... more) {
    List<String> command = new ArrayList<>(List.of("openssl", "pkcs12", "-export"));
    command.addAll(List.of("-inkey", "key.pem", "-in", "leaf.pem", "-name", "one"));
    command.addAll(List.of("-passout", "file:" + passwordFile, "-out", "made.pfx"));
    if (issuers > 0) {
      command.addAll(List.of("-certfile", "chain.pem"));
    }
    command.addAll(Arrays.asList(more));
    run(command);
    return read("made.pfx");
  }

  private byte[] keytool(int issuers, String password) {
    write("in.txt", "changeit\n");
    openssl(issuers, "in.txt");
    delete("keytool.pfx");
    run(
        List.of(
            "keytool",
            "-importkeystore",
            "-noprompt",
            "-srckeystore",
            "made.pfx",
            "-srcstoretype",
            "PKCS12",
            "-srcstorepass",
            "changeit",
            "-destkeystore",
            "keytool.pfx",
            "-deststoretype",
            "PKCS12",
            "-deststorepass",
            password,
            "-destkeypass",
            password));
    return read("keytool.pfx");
  }

  private byte[] gnutls(int issuers, String password) {
    List<String> command = new ArrayList<>(List.of("certtool", "--to-p12", "--outder"));
    command.addAll(List.of("--load-privkey", "key.pem", "--load-certificate", "leaf.pem"));
    command.addAll(List.of("--p12-name", "one", "--password", password, "--outfile", "made.pfx"));
    if (issuers > 0) {
      command.addAll(List.of("--load-ca-certificate", "chain.pem"));
    }
    run(command);
    return read("made.pfx");
  }

  private byte[] nss(int issuers) {
    require("certutil");
    write("in.txt", "in\n");
    openssl(issuers, "in.txt");
    String database = "nss" + System.nanoTime();
    try {
      Files.createDirectory(directory.resolve(database));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String store = "sql:" + database;
    run(List.of("certutil", "-N", "-d", store, "--empty-password"));
    run(List.of("pk12util", "-i", "made.pfx", "-d", store, "-w", "in.txt"));
    run(List.of("pk12util", "-o", "nss.pfx", "-n", "one", "-d", store, "-w", "password.txt"));
    return read("nss.pfx");
  }

  /** {@code openssl cms -encrypt} to a certificate, as a mail program does. */
  byte[] encryptedMail(byte[] certificate, String text) {
    require("openssl");
    write("to.pem", Certificates.toPem(certificate));
    write("mail.txt", text);
    run(
        List.of(
            "openssl",
            "cms",
            "-encrypt",
            "-aes-256-cbc",
            "-in",
            "mail.txt",
            "-out",
            "mail.p7m",
            "-outform",
            "DER",
            "to.pem"));
    return read("mail.p7m");
  }

  /** The text, decrypted with what a device took out of its PFX file. */
  String decryptedMail(byte[] mail, byte[] pfx, String password) {
    write("mail.p7m", mail);
    write("device.pfx", pfx);
    write("password.txt", password + "\n");
    run(
        List.of(
            "openssl",
            "pkcs12",
            "-in",
            "device.pfx",
            "-passin",
            "file:password.txt",
            "-nodes",
            "-out",
            "device.pem"));
    run(
        List.of(
            "openssl",
            "cms",
            "-decrypt",
            "-inform",
            "DER",
            "-in",
            "mail.p7m",
            "-inkey",
            "device.pem",
            "-recip",
            "device.pem",
            "-out",
            "read.txt"));
    return new String(read("read.txt"), StandardCharsets.UTF_8);
  }

  /** Key (PKCS#8 as OpenSSL writes it) and certificates of a PFX file, by OpenSSL. */
  String dumped(byte[] pfx, String password) {
    write("device.pfx", pfx);
    write("password.txt", password + "\n");
    run(
        List.of(
            "openssl",
            "pkcs12",
            "-in",
            "device.pfx",
            "-passin",
            "file:password.txt",
            "-nodes",
            "-legacy",
            "-out",
            "device.pem"));
    String text = new String(read("device.pem"), StandardCharsets.US_ASCII);
    StringBuilder blocks = new StringBuilder();
    boolean inside = false;
    for (String line : text.split("\n")) {
      inside |= line.startsWith("-----BEGIN");
      if (inside) {
        blocks.append(line).append('\n');
      }
      inside &= !line.startsWith("-----END");
    }
    return blocks.toString();
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private void write(String name, String text) {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] content) {
    try {
      Files.write(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] read(String name) {
    try {
      return Files.readAllBytes(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(String name) {
    try {
      Files.deleteIfExists(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(List<String> command) {
    Path log = directory.resolve("run.log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(new File("/dev/null"))
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended && process.exitValue() == 0)
          .as("%s: %s", command.get(0), Files.readString(log, StandardCharsets.ISO_8859_1))
          .isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void require(String program) {
    boolean present =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if ("true".equals(System.getenv("CI"))) {
      assertThat(present).as(program + " is required here").isTrue();
    }
    Assumptions.assumeTrue(present, () -> "SKIPPED: " + program + " is not installed");
  }
}
