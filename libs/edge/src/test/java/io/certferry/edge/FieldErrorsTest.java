package io.certferry.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FieldErrorsTest {

  @Test
  void throwsAllAtOnce() {
    FieldErrors errors = new FieldErrors().add("/a", "required", "is missing");
    assertThat(errors.require(false, "/b", "range", "is too small")).isFalse();
    assertThat(errors.require(true, "/c", "range", "is too small")).isTrue();

    assertThatThrownBy(errors::throwIfAny)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.errors()).extracting(FieldError::field).containsExactly("/a", "/b"));
  }

  @Test
  void passesWhenNothingIsWrong() {
    assertThatCode(() -> new FieldErrors().throwIfAny()).doesNotThrowAnyException();
  }
}
