package io.certferry.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

  @Test
  void bringsBackItsValues() {
    // Given
    UUID id = UUID.randomUUID();
    Instant time = Instant.parse("2026-11-24T10:00:00.123456Z");

    // When
    Cursor cursor = Cursor.decode(Cursor.of(time, id, 7, "ü\"").encode()).orElseThrow();

    // Then
    assertThat(cursor.instant(0)).isEqualTo(time);
    assertThat(cursor.uuid(1)).isEqualTo(id);
    assertThat(cursor.number(2)).isEqualTo(7);
    assertThat(cursor.text(3)).isEqualTo("ü\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "e30", "bnVsbA", "W251bGxd", "WyJhIg"})
  void isEmptyForWhatItDidNotEncode(String text) {
    assertThat(Cursor.decode(text)).isEmpty();
  }

  @Test
  void isEmptyForWhatIsTooLong() {
    assertThat(Cursor.decode(Cursor.of("x".repeat(2000)).encode())).isEmpty();
  }

  @Test
  void refusesTheCursorOfAnotherCollection() {
    Cursor cursor = Cursor.of("x");
    assertRefused(() -> cursor.uuid(0));
    assertRefused(() -> cursor.number(0));
    assertRefused(() -> cursor.instant(0));
    assertRefused(() -> cursor.text(1));
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.status()).isEqualTo(422));
  }
}
