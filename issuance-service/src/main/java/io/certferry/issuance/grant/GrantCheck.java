package io.certferry.issuance.grant;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsVerifier;
import io.certferry.contracts.grant.UntrustedSignatureException;
import io.certferry.issuance.grant.GrantVerdict.Expired;
import io.certferry.issuance.grant.GrantVerdict.Refused;
import io.certferry.issuance.grant.GrantVerdict.Trusted;
import io.certferry.packaging.DevicePackages;
import io.certferry.pki.PkiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * Verifies grants with the keys of this service's own file. Thread-safe; costs a signature check
 * and a path validation.
 */
@Singleton
public class GrantCheck {

  private final JwsVerifier verifier;
  private final DeviceTrust devices;
  private final InstantSource clock;

  GrantCheck(GrantConfig config, DeviceTrust devices, InstantSource clock) {
    this.verifier = verifier(config);
    this.devices = devices;
    this.clock = clock;
  }

  /**
   * Judges a grant for what its command said it is about, and the device certificate that came with
   * it.
   */
  public GrantVerdict check(
      String jws, UUID requestId, NaturalKey naturalKey, String kind, byte[] deviceCertificate) {
    Grant grant;
    try {
      grant = verifier.grant(jws);
    } catch (UntrustedSignatureException e) {
      return new Refused("grant-untrusted", "the grant's signature is refused: " + e.getMessage());
    }
    Instant now = clock.instant();
    return aboutSomethingElse(grant, requestId, naturalKey, kind)
        .or(() -> unusable(grant))
        .or(() -> deviceUntrusted(grant, deviceCertificate, now))
        .orElseGet(() -> now.isBefore(grant.expiresAt()) ? new Trusted(grant) : new Expired(grant));
  }

  /**
   * The grant of a request that was checked before: its signature once more, for the database is
   * not believed either.
   */
  public Optional<Grant> again(String jws) {
    try {
      return Optional.of(verifier.grant(jws));
    } catch (UntrustedSignatureException e) {
      return Optional.empty();
    }
  }

  private static Optional<GrantVerdict> aboutSomethingElse(
      Grant grant, UUID requestId, NaturalKey naturalKey, String kind) {
    boolean same =
        grant.requestId().equals(requestId)
            && grant.naturalKey().equals(naturalKey)
            && grant.kind().equals(kind);
    return same
        ? Optional.empty()
        : Optional.of(new Refused("grant-mismatch", "the grant is for another request"));
  }

  private static Optional<GrantVerdict> unusable(Grant grant) {
    try {
      if (grant.certificate() == null) {
        return grant.kind().equals("trusted-root") && !grant.roots().isEmpty()
            ? Optional.empty()
            : Optional.of(new Refused("grant-unusable", "the grant names nothing to deliver"));
      }
      Optional<String> refusal = DevicePackages.refusal(grant);
      if (refusal.isPresent()) {
        return Optional.of(new Refused("fips-mode", refusal.get()));
      }
      CertificatePlans.keySpec(grant.certificate());
      CertificatePlans.csr(grant.certificate());
      return Optional.empty();
    } catch (PkiException | IllegalArgumentException e) {
      return Optional.of(
          new Refused("grant-unusable", "the grant cannot be carried out: " + e.getMessage()));
    }
  }

  private Optional<GrantVerdict> deviceUntrusted(Grant grant, byte[] certificate, Instant now) {
    return devices
        .refusal(
            grant.naturalKey().tenant(),
            grant.naturalKey().deviceId(),
            grant.deviceKeySha256(),
            certificate,
            now)
        .map(why -> new Refused("device-untrusted", why));
  }

  private static JwsVerifier verifier(GrantConfig config) {
    try {
      return JwsKeys.verifier(Files.readString(config.verificationKeys()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the grant verification keys " + config.verificationKeys(), e);
    }
  }
}
