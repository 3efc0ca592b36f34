package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.DriverConfig;
import io.certferry.pki.Digests;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who this connector is to one CA and its proxy, as the files say now. The secrets stay in files
 * and are read for the moment of use.
 */
public final class Credentials {

  private final DriverConfig config;
  private final List<Path> files;

  public Credentials(DriverConfig config) {
    this.config = config;
    this.files =
        Stream.of(
                config.authentication().passwordFile(),
                config.tls().clientCertificate(),
                config.tls().clientKey(),
                config.proxy().passwordFile(),
                config.scep().signerKey(),
                config.cmp().signerKey(),
                config.adcs().keytab(),
                config.directory().keytab())
            .flatMap(Optional::stream)
            .toList();
  }

  /** Changes when any of the files does; empty if there are no credentials at all. */
  String fingerprint() throws IOException {
    if (files.isEmpty()) {
      return "";
    }
    MessageDigest digest = sha256();
    digest.update(name().getBytes(StandardCharsets.UTF_8));
    for (Path file : files) {
      digest.update(Digests.sha256(Files.readAllBytes(file)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String name() {
    return config.authentication().username().orElse("")
        + "\n"
        + config.proxy().username().orElse("");
  }

  public Optional<String> username() {
    return config.authentication().username();
  }

  /** Whether a password, secret or challenge is configured. */
  public boolean hasPassword() {
    return config.authentication().passwordFile().isPresent();
  }

  /**
   * The password, shared secret or challenge: the file's bytes without a last line end.
   *
   * @throws IOException if its file cannot be read or there is none
   */
  public SecretBytes password() throws IOException {
    return secret(
        config
            .authentication()
            .passwordFile()
            .orElseThrow(() -> new IOException("no password-file is configured")));
  }

  /** The proxy's password; empty without one. */
  Optional<String> proxyPassword() throws IOException {
    Optional<Path> file = config.proxy().passwordFile();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (SecretBytes secret = secret(file.get())) {
      return Optional.of(new String(secret.expose(SecretAccess.granted()), StandardCharsets.UTF_8));
    }
  }

  /** The value of an Authorization header; null if there is no name and password. */
  @Nullable String basic() throws IOException {
    if (username().isEmpty() || config.authentication().passwordFile().isEmpty()) {
      return null;
    }
    try (SecretBytes secret = password()) {
      String pair =
          username().get()
              + ":"
              + new String(secret.expose(SecretAccess.granted()), StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static SecretBytes secret(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    byte[] trimmed = java.util.Arrays.copyOf(bytes, end);
    java.util.Arrays.fill(bytes, (byte) 0);
    return SecretBytes.owning(trimmed);
  }
}
