package io.certferry.pki.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.name.DistinguishedName;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateBundlesTest {

  private static byte[] authority(String name) {
    Instant now = Instant.now();
    try (GeneratedKey key = KeyPairs.generate(KeySpec.EC_256)) {
      return CaCertificates.selfSignedRoot(
          DistinguishedName.ofCommonName(name), key, new Validity(now, now.plusSeconds(60)));
    }
  }

  @Test
  void isReadByTheJdk() throws CertificateException {
    // Given
    List<byte[]> certificates = List.of(authority("first"), authority("second"));

    // When
    byte[] bundle = CertificateBundles.certsOnly(certificates);

    // Then
    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bundle)))
        .extracting(certificate -> certificate.getEncoded())
        .containsExactlyInAnyOrderElementsOf(certificates);
  }
}
