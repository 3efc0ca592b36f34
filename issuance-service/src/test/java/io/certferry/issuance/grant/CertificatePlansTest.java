package io.certferry.issuance.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.Grant.NameAttribute;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.pki.key.KeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificatePlansTest {

  @Test
  void keepsTheOrderOfTheName() {
    assertThat(CertificatePlans.csr(plan("EC", 256, "dns", "a.test")).subject().toRfc4514())
        .isEqualTo("CN=alice+E=alice@contoso.test,O=Contoso");
  }

  @Test
  void readsTheKeySpec() {
    assertThat(CertificatePlans.keySpec(plan("RSA", 3072, "dns", "a.test")))
        .isEqualTo(KeySpec.RSA_3072);
    assertThatThrownBy(() -> CertificatePlans.keySpec(plan("RSA", 1024, "dns", "a.test")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesNamesThatCannotBeRequested() {
    assertThatThrownBy(() -> CertificatePlans.csr(plan("EC", 256, "ip", "not an address")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ip");
    assertThatThrownBy(() -> CertificatePlans.csr(plan("EC", 256, "magic", "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void allowsACaThatCountsTheLastSecondOutside() {
    var expected =
        CertificatePlans.expected(
            plan("EC", 256, "dns", "a.test"), new byte[0], List.of(), Instant.EPOCH);
    assertThat(expected.maxValidity()).isEqualTo(Duration.ofSeconds(101));
    assertThat(expected.sid()).isEqualTo("S-1-5-21-1-2-3-4");
  }

  private static CertificatePlan plan(String algorithm, int size, String sanType, String san) {
    return new CertificatePlan(
        "builtin",
        "User",
        List.of(
            List.of(new NameAttribute("O", "Contoso")),
            List.of(
                new NameAttribute("CN", "alice"), new NameAttribute("E", "alice@contoso.test"))),
        List.of(new SubjectAlternativeName(sanType, san)),
        "S-1-5-21-1-2-3-4",
        List.of("1.3.6.1.5.5.7.3.2"),
        algorithm,
        size,
        100);
  }
}
