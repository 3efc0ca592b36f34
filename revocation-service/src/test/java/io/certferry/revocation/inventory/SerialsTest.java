package io.certferry.revocation.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerialsTest {

  @ParameterizedTest
  @CsvSource({
    "-2a,serial-sign",
    "+2a,serial-sign",
    "2a0,serial-odd",
    "123,serial-odd",
    "0x2a,serial-hex",
    "2a:00,serial-hex",
    "zz,serial-hex",
    "12345678901234567890123456789012345678901234,serial-decimal",
    "aabbccddeeff00112233445566778899aabbccddeeff,serial-length",
    "00,serial-zero"
  })
  void namesWhatIsWrongWithASerial(String serial, String rule) {
    assertThat(Serials.flawOf(serial)).map(Serials.Flaw::rule).contains(rule);
  }

  @ParameterizedTest
  @CsvSource({"2A00000013A1B2C3D4,2a00000013a1b2c3d4", "000a1b,0a1b", "0a1b,0a1b", "a1b,0a1b"})
  void writesOneSerialInOneWay(String written, String stored) {
    assertThat(Serials.canonical(written)).isEqualTo(stored);
  }

  @Test
  void guessesADecimalNumber() {
    assertThat(Serials.ifDecimal("10027026")).contains(Serials.of(new BigInteger("10027026")));
    assertThat(Serials.ifDecimal("2a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CN=Loop Issuing CA, O=Test | cn=loop issuing ca,o=Test",
        "CN=A\\, B,O=Test | CN=\"A, B\", O=Test"
      })
  void takesTwoSpellingsOfOneIssuerForOne(String one, String other) {
    assertThat(IssuerNames.key(one)).isEqualTo(IssuerNames.key(other));
  }

  @Test
  void tellsIssuersApart() {
    assertThat(IssuerNames.key("CN=A,O=Test")).isNotEqualTo(IssuerNames.key("O=Test,CN=A"));
  }
}
