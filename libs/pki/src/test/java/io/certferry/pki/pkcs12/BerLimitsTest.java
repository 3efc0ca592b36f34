package io.certferry.pki.pkcs12;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BerLimitsTest {
  private static final BerLimits LIMITS = new BerLimits(4, 64, 8);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0500",
        "3000",
        "30800000",
        "3080020101 0000",
        "3003020101",
        "24800401aa0401bb0000",
        "3080 3080 0500 0000 0000",
        "30820003020101"
      })
  void passesDefiniteAndIndefiniteLengths(String hex) {
    assertThatCode(() -> LIMITS.check(bytes(hex))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "3080",
        "308000",
        "30800201",
        "0580",
        "0000",
        "300200",
        "3005020101",
        "050000",
        "30ffffffffff",
        "3084ffffffff",
        "3005308000000000",
        "1fffffffffff01"
      })
  void refusesWhatIsNotExactlyOneValue(String hex) {
    assertThatThrownBy(() -> LIMITS.check(bytes(hex)))
        .isInstanceOf(PkiException.class)
        .extracting(e -> ((PkiException) e).reason())
        .isEqualTo(PkiException.Reason.MALFORMED);
  }

  @Test
  void refusesDepthNumberAndSize() {
    refusesAsLimit("3080".repeat(5) + "0000".repeat(5));
    refusesAsLimit("3080" + "0500".repeat(8) + "0000");
    refusesAsLimit("043f" + "00".repeat(63));
  }

  private static void refusesAsLimit(String hex) {
    assertThatThrownBy(() -> LIMITS.check(bytes(hex)))
        .isInstanceOf(PkiException.class)
        .extracting(e -> ((PkiException) e).reason())
        .isEqualTo(PkiException.Reason.LIMIT);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
