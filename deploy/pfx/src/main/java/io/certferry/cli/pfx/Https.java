package io.certferry.cli.pfx;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** HTTP over TLS that trusts the system's CAs, or those of one file. */
final class Https {

  private static final Duration CONNECT = Duration.ofSeconds(10);

  private Https() {}

  static HttpClient client(@Nullable Path caFile) {
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT);
    if (caFile != null) {
      builder.sslContext(trusting(caFile));
    }
    return builder.build();
  }

  private static SSLContext trusting(Path caFile) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      List<byte[]> anchors = Certificates.fromPem(Files.readAllBytes(caFile));
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry(
            "ca-" + i,
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(anchors.get(i))));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException | PkiException e) {
      throw new ImportService.UnusableException(caFile + " is not a PEM file of CA certificates");
    }
  }
}
