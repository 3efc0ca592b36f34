package io.certferry.revocation.evidence;

import io.certferry.contracts.event.RevocationProgressed.Evidence;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.ca.OcspAnswer;
import io.certferry.pki.ca.OcspAnswers;
import io.certferry.pki.ca.OcspStatus;
import io.certferry.revocation.inventory.Serials;
import io.certferry.revocation.order.CaConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Asks a CA's OCSP responder for one certificate and decides whether the answer may be believed.
 */
@Singleton
class OcspCheck {

  private static final String REQUEST_TYPE = "application/ocsp-request";
  private static final int NONCE_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RemoteFetch fetch;
  private final FetchConfig config;
  private final InstantSource clock;

  OcspCheck(RemoteFetch fetch, FetchConfig config, InstantSource clock) {
    this.fetch = fetch;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Evidence that a serial is revoked; empty when a trusted answer says that it is not.
   *
   * @throws EvidenceException why no answer could be trusted
   */
  Optional<Evidence> ask(CaConfig.Ca ca, String serial) throws EvidenceException {
    EvidenceException last =
        new EvidenceException(EvidenceProblem.ADDRESS_MALFORMED, "no responder is configured");
    for (URI uri : ca.ocspUrls().orElse(List.of())) {
      for (byte[] issuer : CaCertificatesFile.read(ca)) {
        try {
          return ask(uri, issuer, serial);
        } catch (EvidenceException e) {
          last = e;
        }
      }
    }
    throw last;
  }

  private Optional<Evidence> ask(URI uri, byte[] issuer, String serial) throws EvidenceException {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] request = OcspAnswers.request(Serials.number(serial), issuer, nonce);
    byte[] bytes = fetch.post(uri, REQUEST_TYPE, request);
    OcspAnswer answer = verified(bytes, issuer, serial);
    checkAge(answer);
    checkNonce(answer, nonce);
    return answer.status() instanceof OcspStatus.Revoked revoked
            && TrustedCrl.isFinal(revoked.reason())
        ? Optional.of(
            new Evidence(
                "ocsp",
                uri.toString(),
                Digests.sha256Hex(bytes),
                null,
                answer.thisUpdate(),
                revoked.at(),
                TrustedCrl.nameOf(revoked.reason())))
        : Optional.empty();
  }

  private OcspAnswer verified(byte[] bytes, byte[] issuer, String serial) throws EvidenceException {
    try {
      return OcspAnswers.verified(bytes, Serials.number(serial), issuer, clock.instant())
          .orElseThrow(
              () ->
                  new EvidenceException(
                      EvidenceProblem.NO_ANSWER, "the responder has no answer for it"));
    } catch (PkiException e) {
      throw new EvidenceException(
          e.reason() == PkiException.Reason.INTEGRITY
              ? EvidenceProblem.NOT_SIGNED
              : EvidenceProblem.UNREADABLE,
          String.valueOf(e.getMessage()));
    }
  }

  private void checkAge(OcspAnswer answer) throws EvidenceException {
    Instant now = clock.instant();
    if (answer.thisUpdate().isAfter(now.plus(config.clockSkew()))) {
      throw new EvidenceException(
          EvidenceProblem.FROM_THE_FUTURE, "its thisUpdate is " + answer.thisUpdate());
    }
    Instant next = answer.nextUpdate();
    Instant end = next == null ? answer.thisUpdate().plus(config.longestAge()) : next;
    if (end.isBefore(now)) {
      throw new EvidenceException(EvidenceProblem.STALE, "it was good until " + end);
    }
  }

  /** A responder may leave the nonce out (RFC 9654); another one is an old answer. */
  private static void checkNonce(OcspAnswer answer, byte[] nonce) throws EvidenceException {
    byte[] given = answer.nonce();
    if (given != null && !java.util.Arrays.equals(given, nonce)) {
      throw new EvidenceException(EvidenceProblem.STALE, "it answers another question");
    }
  }
}
