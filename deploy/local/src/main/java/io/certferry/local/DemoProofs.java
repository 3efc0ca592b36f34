package io.certferry.local;

import io.certferry.testkit.Device;
import io.certferry.testkit.process.ChildProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks what the device got with the JDK, and with OpenSSL where it is installed. */
final class DemoProofs {

  private final DemoPackage opened;
  private final Device device;
  private final X509Certificate root;
  private final Path directory;

  private DemoProofs(DemoPackage opened, Device device, X509Certificate root, Path directory) {
    this.opened = opened;
    this.device = device;
    this.root = root;
    this.directory = directory;
  }

  static DemoProofs of(DemoPackage opened, Device device, X509Certificate root, Path directory) {
    return new DemoProofs(opened, device, root, directory);
  }

  /**
   * Checks everything.
   *
   * @return what was proven, a line each
   * @throws StackException if something is wrong, or OpenSSL is missing on a CI machine
   */
  List<String> check() {
    List<String> proofs = new ArrayList<>();
    proofs.add(chainsToTheRoot());
    proofs.add(keyFitsTheCertificate());
    proofs.addAll(openSsl().map(this::openSslAgrees).orElseGet(DemoProofs::withoutOpenSsl));
    return proofs;
  }

  private String chainsToTheRoot() {
    try {
      List<X509Certificate> path =
          Stream.concat(
                  Stream.of(opened.certificate()),
                  opened.chain().stream().filter(ca -> !ca.equals(root)))
              .toList();
      CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
      return "the JDK verifies the chain up to the root of the trusted-root profile";
    } catch (GeneralSecurityException e) {
      throw new StackException("the JDK does not verify the chain: " + e.getMessage(), e);
    }
  }

  private String keyFitsTheCertificate() {
    boolean rsa = opened.key().getAlgorithm().equals("RSA");
    try {
      Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
      signature.initSign(opened.key());
      signature.update(opened.envelope().toArray());
      byte[] signed = signature.sign();
      signature.initVerify(opened.certificate());
      signature.update(opened.envelope().toArray());
      if (!signature.verify(signed)) {
        throw new StackException("the key in the package is not the certificate's");
      }
      return "the private key fits the certificate";
    } catch (GeneralSecurityException e) {
      throw new StackException("the key in the package is unusable: " + e.getMessage(), e);
    }
  }

  private List<String> openSslAgrees(Path openssl) {
    run(openssl, "verify", "-CAfile", "chain.pem", "certificate.pem");
    run(openssl, "pkcs12", "-in", "certificate.p12", "-passin", "file:password.txt", "-noout");
    String content =
        run(
            openssl,
            "cms",
            "-decrypt",
            "-inform",
            "DER",
            "-in",
            "package.cms",
            "-recip",
            "device.pem",
            "-inkey",
            "device.key");
    if (!content.contains(opened.password())) {
      throw new StackException("OpenSSL opens the envelope to something else");
    }
    return List.of("OpenSSL opens the envelope and the PKCS#12 and verifies the chain");
  }

  private String run(Path openssl, String... arguments) {
    List<String> command = new ArrayList<>(List.of(openssl.toString()));
    command.addAll(List.of(arguments));
    try {
      return ChildProcess.run(command, Map.of(), directory);
    } catch (IllegalStateException e) {
      throw new StackException(
          "openssl " + arguments[0] + " refuses " + device + ": " + e.getMessage(), e);
    }
  }

  private static List<String> withoutOpenSsl() {
    if ("true".equals(System.getenv("CI"))) {
      throw new StackException("OpenSSL is missing: run deploy/local/prerequisites");
    }
    return List.of("SKIPPED: OpenSSL is not installed, only the JDK has checked");
  }

  private static Optional<Path> openSsl() {
    String search = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(search.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry, "openssl"))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
