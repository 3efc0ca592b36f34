package io.certferry.issuance.grant;

import io.certferry.contracts.grant.CommandAuthorization;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsSigner;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Signs this service's commands to the connectors. Thread-safe. */
@Singleton
public class CommandSigner {

  private final JwsSigner signer;
  private final InstantSource clock;

  CommandSigner(CommandConfig config, InstantSource clock) {
    this.signer = signer(config);
    this.clock = clock;
  }

  /** "This CSR belongs to that grant." */
  public String submit(
      UUID requestId, String tenant, String caId, String grant, byte[] csr, Duration lifetime) {
    Instant now = now();
    return signer.sign(
        new CommandAuthorization(
            "submit",
            requestId,
            tenant,
            caId,
            JwsKeys.sha256Hex(grant),
            JwsKeys.sha256Hex(csr),
            null,
            null,
            null,
            now,
            now.plus(lifetime)));
  }

  public String query(UUID requestId, String tenant, String caId, Duration lifetime) {
    Instant now = now();
    return signer.sign(
        new CommandAuthorization(
            "query",
            requestId,
            tenant,
            caId,
            null,
            null,
            null,
            null,
            null,
            now,
            now.plus(lifetime)));
  }

  /**
   * @param issuer RFC 4514 name
   * @param serial lower-case hex
   * @param reason RFC 5280 reason name
   */
  public String revoke(
      UUID requestId,
      String tenant,
      String caId,
      String issuer,
      String serial,
      String reason,
      Duration lifetime) {
    Instant now = now();
    return signer.sign(
        new CommandAuthorization(
            "revoke",
            requestId,
            tenant,
            caId,
            null,
            null,
            issuer,
            serial,
            reason,
            now,
            now.plus(lifetime)));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static JwsSigner signer(CommandConfig config) {
    try {
      return JwsKeys.signer(Files.readString(config.signingKey()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the command signing key " + config.signingKey(), e);
    }
  }
}
