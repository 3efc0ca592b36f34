package io.certferry.gateway.identity;

import io.certferry.pki.Digests;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Trusts servers whose chain ends at the one CA certificate with a known SHA-256. */
record PinnedTrust(String caSha256) implements X509TrustManager {

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (Digests.sha256Hex(certificate.getEncoded()).equals(caSha256)) {
        anchoredAt(certificate).checkServerTrusted(chain, authType);
        return;
      }
    }
    throw new CertificateException("not the registrar that the token is from");
  }

  private static X509TrustManager anchoredAt(X509Certificate ca) throws CertificateException {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      anchors.setCertificateEntry("registrar", ca);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(anchors);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          return trust;
        }
      }
      throw new CertificateException("no trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException("cannot trust the registrar's CA", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client is trusted here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
