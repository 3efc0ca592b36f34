package io.certferry.pki.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyWrapTest {
  private static final byte[] DAY_KEY = Randomness.bytes(32);
  private static final byte[] SPKI = "public key".getBytes(UTF_8);
  private static final byte[] SECRET = "a private key".getBytes(UTF_8);

  @Test
  void opensWhatItWrapped() {
    byte[] wrapped = KeyWrap.wrap(DAY_KEY, SecretBytes.copyOf(SECRET), context("7").aad());
    try (SecretBytes opened = KeyWrap.unwrap(DAY_KEY, wrapped, context("7").aad())) {
      assertThat(opened.expose(SecretAccess.granted())).isEqualTo(SECRET);
    }
  }

  @Test
  void usesAFreshNonceEachTime() {
    byte[] aad = context("7").aad();
    assertThat(KeyWrap.wrap(DAY_KEY, SecretBytes.copyOf(SECRET), aad))
        .isNotEqualTo(KeyWrap.wrap(DAY_KEY, SecretBytes.copyOf(SECRET), aad));
  }

  static Stream<WrappingContext> otherContexts() {
    return Stream.of(
        context("8"),
        WrappingContext.ofKey("pool-key", SPKI, "default", "device", "-", "profile", "-", "7"),
        WrappingContext.ofKey("issuance-key", SPKI, "other", "device", "-", "profile", "-", "7"),
        WrappingContext.ofKey("issuance-key", SPKI, "default", "devic", "e-", "profile", "-", "7"),
        WrappingContext.ofKey(
            "issuance-key", new byte[] {1}, "default", "device", "-", "profile", "-", "7"),
        WrappingContext.of("issuance-key", "default", "device", "-", "profile", "-", "7"));
  }

  @ParameterizedTest
  @MethodSource("otherContexts")
  void refusesAnyOtherContext(WrappingContext other) {
    byte[] wrapped = KeyWrap.wrap(DAY_KEY, SecretBytes.copyOf(SECRET), context("7").aad());
    assertRefused(() -> KeyWrap.unwrap(DAY_KEY, wrapped, other.aad()), Reason.INTEGRITY);
  }

  @Test
  void refusesEveryFlippedBitAndEveryTruncation() {
    byte[] aad = context("7").aad();
    byte[] wrapped = KeyWrap.wrap(DAY_KEY, SecretBytes.copyOf(SECRET), aad);
    for (int i = 0; i < wrapped.length; i++) {
      byte[] flipped = wrapped.clone();
      flipped[i] ^= 1;
      Reason reason = i == 0 ? Reason.MALFORMED : Reason.INTEGRITY;
      assertRefused(() -> KeyWrap.unwrap(DAY_KEY, flipped, aad), reason);
      byte[] cut = Arrays.copyOf(wrapped, i);
      assertThatThrownBy(() -> KeyWrap.unwrap(DAY_KEY, cut, aad)).isInstanceOf(PkiException.class);
    }
  }

  @Test
  void refusesAnotherDayKey() {
    byte[] aad = context("7").aad();
    byte[] wrapped = KeyWrap.wrap(DAY_KEY, SecretBytes.copyOf(SECRET), aad);
    assertRefused(() -> KeyWrap.unwrap(Randomness.bytes(32), wrapped, aad), Reason.INTEGRITY);
  }

  @Test
  void encodesContextsWithoutAmbiguity() {
    assertThat(new WrappingContext("p", List.of("ab", "c"), new byte[0]).aad())
        .isNotEqualTo(new WrappingContext("p", List.of("a", "bc"), new byte[0]).aad());
  }

  private static WrappingContext context(String generation) {
    return WrappingContext.ofKey(
        "issuance-key", SPKI, "default", "device", "-", "profile", "-", generation);
  }

  private static void assertRefused(ThrowingCallable call, Reason reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(PkiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
