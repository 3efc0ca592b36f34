package io.certferry.pfximport.delivery;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsVerifier;
import io.certferry.contracts.grant.UntrustedSignatureException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/** Verifies grants with the keys of this service's own file. Thread-safe. */
@Singleton
class GrantCheck {

  static final String KIND = "imported-pfx";

  private final JwsVerifier verifier;
  private final DeviceTrust devices;
  private final InstantSource clock;

  GrantCheck(GrantConfig config, DeviceTrust devices, InstantSource clock) {
    this.verifier = verifier(config);
    this.devices = devices;
    this.clock = clock;
  }

  /** The grant of a command; empty if its signature is refused. */
  Optional<Grant> read(String jws) {
    try {
      return Optional.of(verifier.grant(jws));
    } catch (UntrustedSignatureException e) {
      return Optional.empty();
    }
  }

  /** Whether a grant is about what its command says. */
  static boolean isAbout(Grant grant, UUID requestId, NaturalKey naturalKey) {
    return grant.requestId().equals(requestId)
        && grant.naturalKey().equals(naturalKey)
        && grant.kind().equals(KIND);
  }

  boolean isExpired(Grant grant) {
    return !clock.instant().isBefore(grant.expiresAt());
  }

  /** Why a certificate is not the device's that the grant names; empty if it is. */
  Optional<String> deviceRefusal(Grant grant, byte[] certificate) {
    return devices.refusal(
        grant.naturalKey().tenant(),
        grant.naturalKey().deviceId(),
        grant.deviceKeySha256(),
        certificate,
        clock.instant());
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
