package io.certferry.revocation.evidence;

import io.certferry.contracts.event.RevocationProgressed.Evidence;
import io.certferry.pki.ca.ParsedCrl;
import io.certferry.pki.ca.RevocationReason;
import io.certferry.pki.ca.RevokedCertificate;
import io.certferry.revocation.inventory.Serials;
import java.net.URI;
import java.util.Optional;

/**
 * A complete CRL whose signature held and which is fresh.
 *
 * @param sha256 of the bytes fetched, lower-case hex
 */
record TrustedCrl(URI source, String sha256, ParsedCrl crl) {

  /** The entry of a serial; a certificate that is only on hold is not revoked. */
  Optional<Evidence> evidenceOf(String serial) {
    return crl.find(Serials.number(serial))
        .filter(entry -> isFinal(entry.reason()))
        .map(this::evidence);
  }

  private Evidence evidence(RevokedCertificate entry) {
    return new Evidence(
        "crl",
        source.toString(),
        sha256,
        crl.number(),
        crl.thisUpdate(),
        entry.revokedAt(),
        nameOf(entry.reason()));
  }

  static boolean isFinal(RevocationReason reason) {
    return reason != RevocationReason.CERTIFICATE_HOLD
        && reason != RevocationReason.REMOVE_FROM_CRL;
  }

  static String nameOf(RevocationReason reason) {
    return switch (reason) {
      case UNSPECIFIED, AA_COMPROMISE, REMOVE_FROM_CRL -> "unspecified";
      case KEY_COMPROMISE -> "keyCompromise";
      case CA_COMPROMISE -> "cACompromise";
      case AFFILIATION_CHANGED -> "affiliationChanged";
      case SUPERSEDED -> "superseded";
      case CESSATION_OF_OPERATION -> "cessationOfOperation";
      case CERTIFICATE_HOLD -> "certificateHold";
      case PRIVILEGE_WITHDRAWN -> "privilegeWithdrawn";
    };
  }
}
