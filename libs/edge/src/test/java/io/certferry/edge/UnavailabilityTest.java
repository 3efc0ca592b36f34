package io.certferry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnavailabilityTest {

  @ParameterizedTest
  @CsvSource({
    "57P01, true",
    "08006, true",
    "53300, true",
    "40001, true",
    "23505, false",
    "42P01, false"
  })
  void tellsByTheSqlState(String state, boolean unavailable) {
    Exception error = new IllegalStateException(new PgException("m", "ERROR", state, "d"));
    assertThat(Unavailability.causes(error)).isEqualTo(unavailable);
  }

  @Test
  void tellsByTheCause() {
    assertThat(Unavailability.causes(new RuntimeException(new IOException()))).isTrue();
    assertThat(Unavailability.causes(new TimeoutException())).isTrue();
    assertThat(Unavailability.causes(new NullPointerException())).isFalse();
  }
}
