package io.certferry.revocation.dispatch;

import io.certferry.contracts.event.CaCommand.RevokeCertificate;
import io.certferry.contracts.grant.CommandAuthorization;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsSigner;
import io.certferry.revocation.order.Revocation;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Makes signed commands. */
@Singleton
class CommandSigner {

  private final JwsSigner signer;
  private final Duration validity;
  private final InstantSource clock;

  CommandSigner(CommandKeyConfig key, DispatchConfig config, InstantSource clock) {
    this.signer = load(key);
    this.validity = config.commandValidity();
    this.clock = clock;
  }

  private static JwsSigner load(CommandKeyConfig key) {
    try {
      return JwsKeys.signer(Files.readString(key.signingKey()));
    } catch (IOException e) {
      throw new UncheckedIOException("certferry.command.signing-key cannot be read", e);
    }
  }

  /** The command for a revocation whose certificate is known. */
  RevokeCertificate command(Revocation revocation) {
    String caId = known(revocation.caId());
    String issuer = known(revocation.issuer());
    String serial = known(revocation.serial());
    return new RevokeCertificate(
        revocation.requestId(),
        caId,
        revocation.commandId(),
        revocation.key(),
        issuer,
        serial,
        revocation.reason(),
        signer.sign(authorization(revocation, caId, issuer, serial)));
  }

  private CommandAuthorization authorization(
      Revocation revocation, String caId, String issuer, String serial) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new CommandAuthorization(
        "revoke",
        revocation.requestId(),
        revocation.key().tenant(),
        caId,
        null,
        null,
        issuer,
        serial,
        revocation.reason(),
        now,
        now.plus(validity));
  }

  private static String known(@Nullable String value) {
    if (value == null) {
      throw new IllegalStateException("a revocation without certificate cannot be commanded");
    }
    return value;
  }
}
