package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildrenTest {

  @TempDir Path directory;
  private Process sleeper;

  @BeforeEach
  void sleep() throws Exception {
    sleeper = new ProcessBuilder("/bin/sleep", "600").start();
  }

  @AfterEach
  void wake() {
    sleeper.destroyForcibly();
  }

  @Test
  void leavesAProcessAloneThatOnlyHasThePid() throws Exception {
    // Given
    Path file = directory.resolve("children");
    Files.write(file, List.of(Children.line(sleeper.pid(), Instant.EPOCH)));

    // When
    Children.endStale(file);

    // Then
    assertThat(sleeper.isAlive()).isTrue();
    assertThat(file).doesNotExist();
  }

  @Test
  void findsAProcessThatAFormerStackLeft() {
    Instant start = sleeper.info().startInstant().orElseThrow();

    assertThat(Children.alive(Children.line(sleeper.pid(), start)))
        .hasValueSatisfying(process -> assertThat(process.pid()).isEqualTo(sleeper.pid()));
  }
}
