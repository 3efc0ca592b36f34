package io.certferry.issuance.imported;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a TLS connection, by the names in the client's certificate. */
final class CallerName {

  /** GeneralName dNSName (RFC 5280 section 4.2.1.6). */
  private static final int DNS = 2;

  private CallerName() {}

  /** Whether the peer's certificate, which the handshake has verified, carries the DNS name. */
  static boolean is(@Nullable SSLSession session, String name) {
    if (session == null) {
      return false;
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf && names(leaf, name);
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return false;
    }
  }

  private static boolean names(X509Certificate leaf, String name)
      throws CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    return names != null
        && names.stream().anyMatch(each -> each.get(0).equals(DNS) && name.equals(each.get(1)));
  }
}
