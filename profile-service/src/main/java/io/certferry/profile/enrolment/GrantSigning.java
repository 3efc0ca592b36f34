package io.certferry.profile.enrolment;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsSigner;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;

/**
 * Signs grants with the service's key. CPU work: not for an event loop, and with no transaction
 * open.
 */
@ApplicationScoped
public class GrantSigning {

  private final JwsSigner signer;
  private final GrantConfig config;

  public GrantSigning(GrantConfig config) {
    this.config = config;
    this.signer = JwsKeys.signer(read(config.signingKey()));
  }

  /** When a grant that is signed at an instant ends, in whole seconds. */
  public Instant expiryOf(Instant issuedAt) {
    return issuedAt.plus(config.validFor());
  }

  public Decision.Signed sign(Decision decision) {
    return decision.signed(signer.sign(decision.grant()));
  }

  /** The same grant with its validity beginning now. */
  Grant renewed(Grant grant, Instant now) {
    return new Grant(
        grant.kind(),
        grant.requestId(),
        grant.naturalKey(),
        grant.profileVersion(),
        grant.deviceKeySha256(),
        grant.device(),
        grant.certificate(),
        grant.roots(),
        grant.delivery(),
        grant.renewal(),
        now,
        expiryOf(now),
        grant.importedPfx());
  }

  String sign(Grant grant) {
    return signer.sign(grant);
  }

  /** What is inside a grant that this service signed and stored. */
  public static Grant read(Enrolment enrolment) {
    return payloadOf(enrolment.grant());
  }

  static Grant payloadOf(String compactJws) {
    String payload = compactJws.split("\\.", 3)[1];
    return ContractJson.read(Base64.getUrlDecoder().decode(payload), Grant.class);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the grant-signing key", e);
    }
  }
}
