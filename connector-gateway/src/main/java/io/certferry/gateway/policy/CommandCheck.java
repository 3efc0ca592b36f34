package io.certferry.gateway.policy;

import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.grant.CommandAuthorization;
import io.certferry.contracts.grant.JwsVerifier;
import io.certferry.contracts.grant.UntrustedSignatureException;
import io.certferry.pki.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the sender of a command vouched for exactly this command. Pure. */
final class CommandCheck {

  /** How far the clocks of two services may be apart. */
  static final Duration SKEW = Duration.ofMinutes(5);

  private final JwsVerifier keys;

  CommandCheck(JwsVerifier keys) {
    this.keys = keys;
  }

  /**
   * @param tenant of the envelope
   * @param receivedAt when the command was first taken in: what was fresh then may wait here
   */
  Optional<Refusal> check(CaCommand command, String tenant, Instant receivedAt) {
    try {
      CommandAuthorization signed = keys.command(command.authorization());
      return Optional.ofNullable(mismatch(command, tenant, signed))
          .or(() -> Optional.ofNullable(time(signed, receivedAt)))
          .map(Refusal::command);
    } catch (UntrustedSignatureException e) {
      return Optional.of(Refusal.command("the command's authorization: " + e.getMessage()));
    }
  }

  private static @Nullable String mismatch(
      CaCommand command, String tenant, CommandAuthorization signed) {
    if (!command.requestId().equals(signed.requestId())) {
      return "the authorization is for another requestId";
    }
    if (!command.caId().equals(signed.caId())) {
      return "the authorization is for another caId";
    }
    if (!tenant.equals(signed.tenant())) {
      return "the authorization is for another tenant";
    }
    return ofKind(command, signed);
  }

  private static @Nullable String ofKind(CaCommand command, CommandAuthorization signed) {
    if (command instanceof CaCommand.SubmitCsr submit) {
      return submit(submit, signed);
    }
    if (command instanceof CaCommand.RevokeCertificate revoke) {
      return revoke(revoke, signed);
    }
    return "query".equals(signed.command()) ? null : "the authorization is for another command";
  }

  private static @Nullable String submit(CaCommand.SubmitCsr submit, CommandAuthorization signed) {
    if (!"submit".equals(signed.command())) {
      return "the authorization is for another command";
    }
    String grant = Digests.sha256Hex(submit.grant().getBytes(StandardCharsets.UTF_8));
    if (!grant.equals(signed.grantSha256())) {
      return "the authorization is for another grant";
    }
    return Digests.sha256Hex(submit.csr().toArray()).equals(signed.csrSha256())
        ? null
        : "the authorization is for another CSR";
  }

  private static @Nullable String revoke(
      CaCommand.RevokeCertificate revoke, CommandAuthorization signed) {
    if (!"revoke".equals(signed.command())) {
      return "the authorization is for another command";
    }
    if (!Objects.equals(revoke.issuer(), signed.issuer())) {
      return "the authorization is for another issuer";
    }
    if (!Objects.equals(revoke.serial(), signed.serial())) {
      return "the authorization is for another serial";
    }
    return Objects.equals(revoke.reason(), signed.reason())
        ? null
        : "the authorization is for another reason";
  }

  private static @Nullable String time(CommandAuthorization signed, Instant receivedAt) {
    if (signed.issuedAt().isAfter(receivedAt.plus(SKEW))) {
      return "the authorization is from the future";
    }
    return receivedAt.isBefore(signed.expiresAt().plus(SKEW))
        ? null
        : "the authorization had expired when the command came";
  }
}
