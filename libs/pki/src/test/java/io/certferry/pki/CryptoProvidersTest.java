package io.certferry.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import org.junit.jupiter.api.Test;

class CryptoProvidersTest {
  @Test
  void namesTheProviderThatTheJcaReallyPrefers() throws NoSuchAlgorithmException {
    // When
    String installed = CryptoProviders.install();

    // Then
    String used = KeyPairGenerator.getInstance("EC").getProvider().getName();
    assertThat(installed)
        .startsWith(used.equals("AmazonCorrettoCryptoProvider") ? used : "SunJCE/SunEC");
    assertThat(CryptoProviders.current()).isEqualTo(installed);
  }

  @Test
  void changesNothingTheSecondTime() {
    // Given
    String first = CryptoProviders.install();
    int providers = Security.getProviders().length;

    // When
    String second = CryptoProviders.install();

    // Then
    assertThat(second).isEqualTo(first);
    assertThat(Security.getProviders()).hasSize(providers);
  }

  @Test
  void neverRegistersBouncyCastleForTheWholeProcess() {
    CryptoProviders.install();
    assertThat(Security.getProvider("BC")).isNull();
  }

  @Test
  void tightensBouncyCastlesOwnLimits() {
    CryptoProviders.install();
    assertThat(System.getProperty("org.bouncycastle.asn1.max_cons_depth")).isEqualTo("32");
    assertThat(System.getProperty("org.bouncycastle.asn1.max_limit")).isEqualTo("1m");
    assertThat(System.getProperty("org.bouncycastle.pkcs12.max_it_count")).isEqualTo("600000");
  }
}
