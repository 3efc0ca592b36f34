package io.certferry.gateway.driver.wire;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;

/** The certificates of a certs-only CMS (RFC 5652, RFC 8551 section 3.8); nobody signed it. */
public final class CertificateBags {

  private static final DerLimits LIMITS = new DerLimits(32, 1024 * 1024);
  private static final int MOST = 32;

  /** No base64 of one begins with it. */
  private static final byte SEQUENCE = 0x30;

  private CertificateBags() {}

  /**
   * DER certificates in the order of the message.
   *
   * @throws PkiException MALFORMED or LIMIT
   */
  public static List<byte[]> read(byte[] cms) {
    return Der.read("certs-only message", Ber.toDer(cms), LIMITS, CertificateBags::certificates);
  }

  /**
   * The same as it came over HTTP: base64 with or without line ends (RFC 8951 section 3.1), and
   * from servers that know better in PEM or in DER.
   *
   * @throws PkiException MALFORMED or LIMIT
   * @throws IllegalArgumentException if it is not base64
   */
  public static List<byte[]> readTransferred(byte[] body) {
    if (body.length > 0 && body[0] == SEQUENCE) {
      return read(body);
    }
    String text =
        new String(body, StandardCharsets.US_ASCII).replaceAll("-----[^-]{1,40}-----", "");
    return read(Base64.getMimeDecoder().decode(text));
  }

  private static List<byte[]> certificates(byte[] cms) {
    try {
      List<byte[]> certificates = new ArrayList<>();
      for (X509CertificateHolder holder :
          new CMSSignedData(cms).getCertificates().getMatches(null)) {
        certificates.add(holder.getEncoded());
      }
      if (certificates.size() > MOST) {
        throw new PkiException(
            PkiException.Reason.LIMIT, "more than " + MOST + " certificates in one message");
      }
      return certificates;
    } catch (CMSException | IOException e) {
      throw new PkiException(PkiException.Reason.MALFORMED, "not a certs-only message", e);
    }
  }
}
