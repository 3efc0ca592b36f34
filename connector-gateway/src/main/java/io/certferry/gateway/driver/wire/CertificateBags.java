package io.certferry.gateway.driver.wire;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;

/** The certificates of a certs-only CMS (RFC 5652, RFC 8551 section 3.8); nobody signed it. */
public final class CertificateBags {

  private static final DerLimits LIMITS = new DerLimits(32, 1024 * 1024);
  private static final int MOST = 32;

  private CertificateBags() {}

  /**
   * DER certificates in the order of the message.
   *
   * @throws PkiException MALFORMED or LIMIT
   */
  public static List<byte[]> read(byte[] cms) {
    return Der.read("certs-only message", Ber.toDer(cms), LIMITS, CertificateBags::certificates);
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
