package io.certferry.gateway.registrar;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported;
import io.certferry.edge.ProblemException;
import io.certferry.gateway.registrar.IdentityStore.Known;
import io.certferry.gateway.registrar.IdentityStore.Owner;
import io.certferry.gateway.registry.ConnectorRuntime;
import io.certferry.gateway.registry.ConnectorStore;
import io.certferry.gateway.registry.Registration;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.Randomness;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.certificate.ParsedCsr;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives tokens and identities, and takes the reports of those who have one. Blocking. */
@Singleton
class Registrar {

  private static final int SECRET_BYTES = 32;

  private final Optional<RegistrarCa> ca;
  private final IdentityStore identities;
  private final ConnectorStore connectors;
  private final RegistrarConfig config;

  Registrar(
      RegistrarConfig config,
      IdentityStore identities,
      ConnectorStore connectors,
      InstantSource clock) {
    this.ca = config.directory().map(directory -> RegistrarCa.open(directory, clock));
    this.identities = identities;
    this.connectors = connectors;
    this.config = config;
  }

  /**
   * A token, told once.
   *
   * @param token {@code <secret>.<SHA-256 of the registrar's CA certificate>}
   */
  record Token(String token, Instant expiresAt) {}

  /**
   * An identity.
   *
   * @param certificate DER
   * @param ca the registrar's CA, DER
   */
  record Identity(Bytes certificate, Bytes ca) {}

  /** What a connector reports. */
  record Beat(
      @Nullable UUID session,
      boolean takesOver,
      @Nullable ConnectorReported report,
      @Nullable ConnectorRuntime runtime) {}

  /** The CA, if this instance is a registrar. */
  Optional<RegistrarCa> ca() {
    return ca;
  }

  private RegistrarCa own() {
    return ca.orElseThrow(
        () -> ProblemException.conflict("this instance is no registrar; ask one that is"));
  }

  Token token(String tenant, String connectorId, String spkiSha256, String actor) {
    RegistrarCa authority = own();
    String secret =
        Base64.getUrlEncoder().withoutPadding().encodeToString(Randomness.bytes(SECRET_BYTES));
    Owner owner = new Owner(tenant, connectorId);
    Instant end = identities.give(hash(secret), owner, spkiSha256, config.tokenLife(), actor);
    return new Token(secret + "." + authority.fingerprint(), end);
  }

  private static String hash(String secret) {
    return Digests.sha256Hex(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** One answer for all that may be wrong with a token, so that nothing can be tried out. */
  Identity enrol(@Nullable String token, @Nullable Bytes csr) {
    ParsedCsr request = parsed(csr);
    String secret = token == null ? "" : token.split("\\.", 2)[0];
    return identities
        .enrol(hash(secret), Digests.sha256Hex(request.spki()), owner -> identity(owner, request))
        .map(this::told)
        .orElseThrow(
            () ->
                ProblemException.forbidden(
                    "the token is unknown, used, expired, or for another key or a retired"
                        + " connector"));
  }

  /** With the same key only: whoever took over a connection gets nothing that lasts. */
  Identity renew(ParsedCertificate peer, @Nullable Bytes csr) {
    Known known = known(peer);
    ParsedCsr request = parsed(csr);
    if (!Digests.sha256Hex(request.spki()).equals(known.spkiSha256())) {
      throw ProblemException.forbidden("an identity is renewed with its own key only");
    }
    ParsedCertificate made = identity(known.owner(), request);
    identities.renewed(known.owner(), made);
    return told(made);
  }

  Registration report(ParsedCertificate peer, Beat beat) {
    Known known = known(peer);
    ConnectorReported report = beat.report();
    ConnectorRuntime runtime = beat.runtime();
    if (report == null || beat.session() == null || runtime == null) {
      throw ProblemException.ruleBroken("/report", "required", "session, report and runtime");
    }
    if (!report.connectorId().equals(known.owner().connectorId())) {
      throw ProblemException.forbidden("this identity is another connector's");
    }
    return connectors.reportAndWait(
        new ConnectorStore.Report(
            known.owner().tenant(),
            beat.session(),
            beat.takesOver(),
            report,
            runtime,
            "connector/" + report.connectorId()));
  }

  private Known known(ParsedCertificate peer) {
    Known known =
        identities
            .find(peer.serialHex())
            .orElseThrow(() -> ProblemException.forbidden("this identity was never given"));
    if (known.retired()) {
      throw new ProblemException(
          403, "retired", "The connector was retired; register it under another id.");
    }
    return known;
  }

  private static ParsedCsr parsed(@Nullable Bytes csr) {
    if (csr == null) {
      throw ProblemException.ruleBroken("/csr", "required", "is a certificate request, DER");
    }
    try {
      return CertificateRequests.parse(csr.toArray());
    } catch (PkiException e) {
      throw ProblemException.ruleBroken("/csr", "valid", "is no certificate request that holds");
    }
  }

  private ParsedCertificate identity(Owner owner, ParsedCsr request) {
    return Certificates.parse(
        own().identity(owner.tenant(), owner.connectorId(), request.spki(), config.identityLife()));
  }

  private Identity told(ParsedCertificate made) {
    return new Identity(Bytes.of(made.der()), Bytes.of(own().certificate()));
  }

  /** Names of this registrar, for its own certificate. */
  List<String> names() {
    return config.names();
  }
}
