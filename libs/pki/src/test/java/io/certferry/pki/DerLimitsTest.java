package io.certferry.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerLimitsTest {
  @ParameterizedTest
  @ValueSource(strings = {"3000", "0500", "30050403616263", "1f8101 00", "3003020105", "048100"})
  void acceptsOneDefiniteLengthValue(String hex) {
    assertThatCode(() -> DerLimits.DEFAULT.check(bytes(hex))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "30", // no length
        "300300", // short content
        "30800000", // indefinite
        "3080020105", // indefinite, unterminated
        "30000000", // trailing bytes
        "3003040561", // child over its parent's end
        "04847fffffff", // six octets that claim 2 GiB
        "0484ffffffff", // negative as an int
        "04850100000000", // five length octets
        "1fffffffffff00", // endless tag number
        "3002 1f80" // tag cut off by its parent
      })
  void refusesWhatIsNotOneValue(String hex) {
    assertThatThrownBy(() -> DerLimits.DEFAULT.check(bytes(hex)))
        .isInstanceOfSatisfying(PkiException.class, e -> assertReason(e, Reason.MALFORMED));
  }

  @Test
  void refusesIndefiniteLengthsForWhatTheyAre() {
    assertThatThrownBy(() -> DerLimits.DEFAULT.check(bytes("30800000")))
        .hasMessageContaining("indefinite");
  }

  @Test
  void refusesFourHundredThousandNestedSequencesWithoutRecursion() {
    DerLimits generous = new DerLimits(32, 4 * 1024 * 1024);
    assertThatThrownBy(() -> generous.check(nested(400_000)))
        .isInstanceOfSatisfying(PkiException.class, e -> assertReason(e, Reason.LIMIT));
  }

  @Test
  void acceptsTheDeepestNestingAndNoDeeper() {
    assertThatCode(() -> DerLimits.DEFAULT.check(nested(32))).doesNotThrowAnyException();
    assertThatThrownBy(() -> DerLimits.DEFAULT.check(nested(33)))
        .isInstanceOfSatisfying(PkiException.class, e -> assertReason(e, Reason.LIMIT));
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThatThrownBy(() -> DerLimits.DEFAULT.check(new byte[256 * 1024 + 1]))
        .isInstanceOfSatisfying(PkiException.class, e -> assertReason(e, Reason.LIMIT));
  }

  private static void assertReason(PkiException e, Reason reason) {
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** {@code depth} SEQUENCEs inside each other, written from the end to the start. */
  static byte[] nested(int depth) {
    ByteBuffer buffer = ByteBuffer.allocate(depth * 6);
    int position = buffer.capacity();
    int length = 0;
    for (int i = 0; i < depth; i++) {
      byte[] header =
          length < 0x80
              ? new byte[] {0x30, (byte) length}
              : new byte[] {
                0x30, (byte) 0x83, (byte) (length >> 16), (byte) (length >> 8), (byte) length
              };
      position -= header.length;
      buffer.put(position, header);
      length += header.length;
    }
    return Arrays.copyOfRange(buffer.array(), position, buffer.capacity());
  }
}
