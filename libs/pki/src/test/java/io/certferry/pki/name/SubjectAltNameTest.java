package io.certferry.pki.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.name.SubjectAltName.Type;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectAltNameTest {
  @Test
  void readsBackEveryKindItWrites() {
    List<SubjectAltName> names =
        List.of(
            new SubjectAltName(Type.UPN, "zoë@contoso.example"),
            new SubjectAltName(Type.EMAIL, "zoe@contoso.example"),
            new SubjectAltName(Type.DNS, "*.contoso.example"),
            new SubjectAltName(Type.URI, "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1104"),
            new SubjectAltName(Type.IP, "192.0.2.7"),
            new SubjectAltName(Type.IP, "2001:db8::1"));
    assertThat(SubjectAltNames.decode(SubjectAltNames.encode(names))).isEqualTo(names);
  }

  @ParameterizedTest
  @CsvSource({
    "UPN,zoe",
    "UPN,a@b@c",
    "EMAIL,zoë@x.example",
    "DNS,a..b",
    "DNS,-a",
    "DNS,a b",
    "URI,nothing",
    "URI,http://a b",
    "IP,1.2.3",
    "IP,999.1.1.1",
    "IP,example",
    "IP,.a:b",
    "OTHER,3000"
  })
  void refusesWhatItsKindDoesNotTake(Type type, String value) {
    assertThatThrownBy(() -> SubjectAltNames.encode(List.of(new SubjectAltName(type, value))))
        .isInstanceOf(NameTemplateException.class)
        .hasMessageContaining(type.name());
  }

  @Test
  void keepsNamesOfUnknownKindsApartFromKnownOnes() {
    // Given: a directoryName with an empty name
    byte[] der = HexFormat.of().parseHex("3004a4023000");

    // When
    List<SubjectAltName> names = SubjectAltNames.decode(der);

    // Then
    assertThat(names).containsExactly(new SubjectAltName(Type.OTHER, "a4023000"));
  }

  @Test
  void comparesIpAddressesInCanonicalText() {
    assertThat(new SubjectAltName(Type.IP, "2001:0DB8:0:0:0:0:0:1"))
        .isEqualTo(new SubjectAltName(Type.IP, "2001:db8::1"));
  }
}
