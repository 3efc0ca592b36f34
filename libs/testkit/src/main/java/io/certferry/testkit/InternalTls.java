package io.certferry.testkit;

import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.PemFiles;
import io.certferry.testkit.certificate.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Mutual TLS between issuance-service and pfx-import-service: a CA of its own, a server on the
 * loopback names, the one client that may call, and one of the same CA that may not.
 */
final class InternalTls {

  static final String CA = "ca";
  static final String SERVER = "issuance-service";
  static final String CLIENT = "pfx-import-service";
  static final String OTHER_CLIENT = "profile-service";

  private static final Duration VALIDITY = Duration.ofDays(90);
  private static final Duration BACKDATE = Duration.ofHours(1);

  private InternalTls() {}

  static void write(Path directory, Instant now) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory.getFileName(), e);
    }
    Instant from = now.minus(BACKDATE);
    Instant to = now.plus(VALIDITY);
    TestAuthority ca = TestAuthority.create("Certferry internal TLS", KeyPairs.ec(), from, to);
    PemFiles.writeCertificates(directory.resolve(CA + ".pem"), List.of(ca.certificate()));
    KeyPair server = KeyPairs.ec();
    write(
        directory,
        SERVER,
        server,
        ca,
        CertificateSpec.loopbackServer(server.getPublic(), from, to));
    for (String name : List.of(CLIENT, OTHER_CLIENT)) {
      KeyPair client = KeyPairs.ec();
      write(
          directory,
          name,
          client,
          ca,
          CertificateSpec.serviceClient(name, client.getPublic(), from, to));
    }
  }

  private static void write(
      Path directory, String name, KeyPair keys, TestAuthority ca, CertificateSpec spec) {
    PemFiles.writeCertificates(directory.resolve(name + ".pem"), List.of(ca.issue(spec)));
    PemFiles.writePrivateKey(directory.resolve(name + ".key"), keys, false);
  }
}
