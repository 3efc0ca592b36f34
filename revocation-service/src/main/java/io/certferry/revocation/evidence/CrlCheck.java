package io.certferry.revocation.evidence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.ca.Crls;
import io.certferry.pki.ca.ParsedCrl;
import io.certferry.revocation.order.CaConfig;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fetches a CA's CRL and decides whether it may be believed. */
@Singleton
class CrlCheck {

  private static final String PEM_HEADER = "-----BEGIN X509 CRL-----";
  private static final String PEM_FOOTER = "-----END X509 CRL-----";

  private final RemoteFetch fetch;
  private final FetchConfig config;
  private final InstantSource clock;

  CrlCheck(RemoteFetch fetch, FetchConfig config, InstantSource clock) {
    this.fetch = fetch;
    this.config = config;
    this.clock = clock;
  }

  /**
   * The first CRL that holds, of the CA's configured addresses.
   *
   * @param highestNumber of the CRLs seen before; null when none
   * @throws EvidenceException why the last address gave none
   */
  TrustedCrl fetch(CaConfig.Ca ca, @Nullable BigInteger highestNumber) throws EvidenceException {
    EvidenceException last =
        new EvidenceException(EvidenceProblem.ADDRESS_MALFORMED, "no CRL address is configured");
    for (URI uri : ca.crlUrls().orElse(List.of())) {
      try {
        return trusted(uri, fetch.get(uri), CaCertificatesFile.read(ca), highestNumber);
      } catch (EvidenceException e) {
        last = e;
      }
    }
    throw last;
  }

  /** Judges bytes that were fetched. */
  TrustedCrl trusted(
      URI source, byte[] bytes, List<byte[]> signers, @Nullable BigInteger highestNumber)
      throws EvidenceException {
    ParsedCrl crl = signed(der(bytes), signers);
    checkAge(crl);
    BigInteger number = crl.number();
    if (highestNumber != null && (number == null || number.compareTo(highestNumber) < 0)) {
      throw new EvidenceException(
          EvidenceProblem.ROLLED_BACK, "CRL " + number + " came after CRL " + highestNumber);
    }
    return new TrustedCrl(source, Digests.sha256Hex(bytes), crl);
  }

  private static byte[] der(byte[] bytes) throws EvidenceException {
    if (bytes.length > 0 && bytes[0] == '-') {
      String text = new String(bytes, US_ASCII);
      int from = text.indexOf(PEM_HEADER);
      int to = text.indexOf(PEM_FOOTER);
      if (from < 0 || to < from) {
        throw new EvidenceException(EvidenceProblem.UNREADABLE, "not a CRL");
      }
      try {
        return Base64.getMimeDecoder().decode(text.substring(from + PEM_HEADER.length(), to));
      } catch (IllegalArgumentException e) {
        throw new EvidenceException(EvidenceProblem.UNREADABLE, "not a CRL");
      }
    }
    return bytes;
  }

  private static ParsedCrl signed(byte[] der, List<byte[]> signers) throws EvidenceException {
    EvidenceException last =
        new EvidenceException(
            EvidenceProblem.NOT_SIGNED, "no certificate of this CA is configured");
    for (byte[] signer : signers) {
      try {
        return Crls.parse(der, signer);
      } catch (PkiException e) {
        last = new EvidenceException(problem(e), String.valueOf(e.getMessage()));
      }
    }
    throw last;
  }

  private static EvidenceProblem problem(PkiException e) {
    return switch (e.reason()) {
      case INTEGRITY -> EvidenceProblem.NOT_SIGNED;
      case ALGORITHM -> EvidenceProblem.PARTIAL;
      case LIMIT -> EvidenceProblem.TOO_LARGE;
      default -> EvidenceProblem.UNREADABLE;
    };
  }

  private void checkAge(ParsedCrl crl) throws EvidenceException {
    Instant now = clock.instant();
    if (crl.thisUpdate().isAfter(now.plus(config.clockSkew()))) {
      throw new EvidenceException(
          EvidenceProblem.FROM_THE_FUTURE, "its thisUpdate is " + crl.thisUpdate());
    }
    Instant next = crl.nextUpdate();
    Instant end = next == null ? crl.thisUpdate().plus(config.longestAge()) : next;
    if (end.isBefore(now)) {
      throw new EvidenceException(EvidenceProblem.STALE, "it was good until " + end);
    }
  }
}
