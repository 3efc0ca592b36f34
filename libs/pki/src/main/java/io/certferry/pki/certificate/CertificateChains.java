package io.certferry.pki.certificate;

import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.ChainVerdict.Invalid;
import io.certferry.pki.certificate.ChainVerdict.Valid;
import io.certferry.pki.key.PublicKeys;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Path validation (RFC 5280 section 6) without revocation and without any network access. Used for
 * the certificates that CAs issue and for devices' own certificates.
 */
public final class CertificateChains {
  /** Longest path accepted below the anchor, leaf included. */
  public static final int MAX_PATH = 6;

  private static final DerLimits LIMITS = new DerLimits(32, 64 * 1024);
  private static final int MAX_INTERMEDIATES = 32;

  private CertificateChains() {}

  /**
   * Whether a leaf chains to one of the anchors at an instant: names, signatures, validity of every
   * certificate, basic constraints, key usage, name constraints, no unknown critical extension; the
   * leaf's key must be RSA of 2048 bits or more, or EC on P-256, P-384 or P-521.
   *
   * @param leaf DER
   * @param intermediates DER, any order, unneeded ones allowed, at most 32
   * @param anchors DER of the trusted CA certificates; an anchor's own validity is not checked (RFC
   *     5280 section 6.1.1)
   */
  public static ChainVerdict verify(
      byte[] leaf, Collection<byte[]> intermediates, Collection<byte[]> anchors, Instant at) {
    if (anchors.isEmpty()) {
      return new Invalid("no trust anchor is configured");
    }
    if (intermediates.size() > MAX_INTERMEDIATES) {
      return new Invalid("more than " + MAX_INTERMEDIATES + " intermediate certificates");
    }
    try {
      X509Certificate target = decode(leaf);
      Optional<String> refusal = refusalOfKey(target);
      return refusal.isPresent()
          ? new Invalid(refusal.get())
          : build(parameters(target, decodeAll(intermediates), decodeAll(anchors), at));
    } catch (PkiException | GeneralSecurityException e) {
      return new Invalid("a certificate cannot be read: " + e.getMessage());
    }
  }

  private static Optional<String> refusalOfKey(X509Certificate certificate) {
    PublicKeys.Description key = PublicKeys.describe(certificate.getPublicKey().getEncoded());
    return AlgorithmPolicy2026.refusalOfKey(key.algorithm(), key.bits());
  }

  private static PKIXBuilderParameters parameters(
      X509Certificate target,
      List<X509Certificate> intermediates,
      List<X509Certificate> anchors,
      Instant at)
      throws GeneralSecurityException {
    X509CertSelector selector = new X509CertSelector();
    selector.setCertificate(target);
    Set<TrustAnchor> trusted = new HashSet<>();
    anchors.forEach(anchor -> trusted.add(new TrustAnchor(anchor, null)));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(trusted, selector);
    List<X509Certificate> pool = new ArrayList<>(intermediates);
    pool.add(target);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(pool)));
    parameters.setRevocationEnabled(false);
    parameters.setMaxPathLength(MAX_PATH - 1);
    parameters.setDate(Date.from(at));
    return parameters;
  }

  private static ChainVerdict build(PKIXBuilderParameters parameters)
      throws GeneralSecurityException {
    try {
      CertPathBuilder builder = CertPathBuilder.getInstance("PKIX");
      return valid((PKIXCertPathBuilderResult) builder.build(parameters));
    } catch (CertPathBuilderException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Invalid("no valid path to a trust anchor: " + cause.getMessage());
    }
  }

  private static Valid valid(PKIXCertPathBuilderResult result) throws CertificateEncodingException {
    List<byte[]> path = new ArrayList<>();
    for (Certificate certificate : result.getCertPath().getCertificates()) {
      path.add(certificate.getEncoded());
    }
    return new Valid(List.copyOf(path), result.getTrustAnchor().getTrustedCert().getEncoded());
  }

  private static List<X509Certificate> decodeAll(Collection<byte[]> certificates)
      throws GeneralSecurityException {
    List<X509Certificate> decoded = new ArrayList<>();
    for (byte[] certificate : certificates) {
      decoded.add(decode(certificate));
    }
    return decoded;
  }

  private static X509Certificate decode(byte[] der) throws GeneralSecurityException {
    LIMITS.check(der);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
  }
}
