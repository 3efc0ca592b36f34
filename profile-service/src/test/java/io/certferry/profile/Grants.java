package io.certferry.profile;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.ConfigProvider;

/** Grants as issuance-service verifies them. */
public final class Grants {

  private Grants() {}

  /** The grant inside a compact JWS, verified with the signing key's public half. */
  public static Grant verified(String jws) {
    Path file =
        Path.of(ConfigProvider.getConfig().getValue("certferry.grant.signing-key", String.class));
    try {
      return JwsKeys.verifier(Files.readString(file)).grant(jws);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
