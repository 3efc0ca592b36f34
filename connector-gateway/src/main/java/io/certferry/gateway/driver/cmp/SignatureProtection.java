package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.gateway.driver.wire.SignerFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** A certificate of ours; theirs must chain to the pinned root. */
final class SignatureProtection implements Protection {

  private final Path certificate;
  private final Path key;
  private final PinnedChain chain;
  private final InstantSource clock;

  SignatureProtection(Path certificate, Path key, PinnedChain chain, InstantSource clock) {
    this.certificate = certificate;
    this.key = key;
    this.chain = chain;
    this.clock = clock;
  }

  @Override
  public GeneralName sender() throws IOException {
    X509Certificate own = SignerFiles.certificates(certificate).get(0);
    return new GeneralName(X500Name.getInstance(own.getSubjectX500Principal().getEncoded()));
  }

  @Override
  public ProtectedPKIMessage protect(ProtectedPKIMessageBuilder message)
      throws IOException, CMPException {
    PrivateKey signing = SignerFiles.key(key);
    try {
      List<X509Certificate> own = SignerFiles.certificates(certificate);
      for (X509Certificate link : own) {
        message.addCMPCertificate(new JcaX509CertificateHolder(link));
      }
      return message.build(new JcaContentSignerBuilder(algorithm(signing)).build(signing));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new CMPException("cannot sign a message", e);
    }
  }

  private static String algorithm(PrivateKey key) {
    return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }

  @Override
  public boolean verifies(ProtectedPKIMessage message) throws IOException, CMPException {
    if (message.hasPasswordBasedMacProtection()) {
      return false;
    }
    for (X509CertificateHolder signer : message.getCertificates()) {
      if (isBy(message, signer)) {
        return chain.holds(signer.getEncoded())
            || chain.covers(signer.getEncoded(), clock.instant());
      }
    }
    return isBy(message, new X509CertificateHolder(chain.issuing().der()));
  }

  private static boolean isBy(ProtectedPKIMessage message, X509CertificateHolder signer)
      throws IOException, CMPException {
    try {
      X509Certificate decoded =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(signer.getEncoded()));
      return message.verify(new JcaContentVerifierProviderBuilder().build(decoded.getPublicKey()));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      return false;
    }
  }
}
