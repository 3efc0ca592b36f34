package io.certferry.gateway.policy;

import io.certferry.contracts.grant.JwsKeys;
import io.certferry.contracts.grant.JwsVerifier;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Verifiers over the keys in this connector's own files; read once, at start. */
@Singleton
class VerificationKeys {

  private final JwsVerifier grants;
  private final JwsVerifier commands;

  VerificationKeys(JwsVerifier grants, JwsVerifier commands) {
    this.grants = grants;
    this.commands = commands;
  }

  @Inject
  VerificationKeys(GrantKeysConfig grants, CommandKeysConfig commands) {
    this.grants = read(grants.verificationKeys());
    this.commands = read(commands.verificationKeys());
  }

  /** Of profile-service. */
  JwsVerifier grants() {
    return grants;
  }

  /** Of issuance- and revocation-service. */
  JwsVerifier commands() {
    return commands;
  }

  private static JwsVerifier read(Path file) {
    try {
      return JwsKeys.verifier(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read verification keys from " + file, e);
    }
  }
}
