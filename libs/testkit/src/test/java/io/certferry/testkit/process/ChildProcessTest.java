package io.certferry.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {

  @TempDir Path directory;

  @Test
  void stopsAChildThatEndsWhenAsked() {
    // Given
    ChildProcess child = start("echo ready; sleep 100");

    // When
    child.stop(Duration.ofSeconds(5));

    // Then
    assertThat(child.isAlive()).isFalse();
    assertThat(child.exitCode()).hasValue(128 + 15);
  }

  @Test
  void killsAChildThatDoesNotEnd() {
    // Given
    ChildProcess child = start("trap '' TERM; echo deaf; while :; do sleep 0.1; done");
    while (!child.lastLines(1).equals("deaf")) {
      assertThat(child.endsWithin(Duration.ofMillis(20))).isFalse();
    }

    // When
    child.stop(Duration.ofMillis(300));

    // Then
    assertThat(child.exitCode()).hasValue(128 + 9);
  }

  @Test
  void endsChildrenWhenTheirParentIsKilled() throws Exception {
    // Given
    Path pidFile = directory.resolve("pid");
    ChildProcess parent =
        ChildProcess.start(
            new ChildProcess.Spec(
                "parent",
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    ParentOfASleeper.class.getName(),
                    pidFile.toString()),
                Map.of("CLASSPATH", System.getProperty("java.class.path")),
                directory,
                directory.resolve("parent.log"),
                StopSignal.TERM));
    while (!Files.exists(pidFile)) {
      assertThat(parent.endsWithin(Duration.ofMillis(50))).as(parent.lastLines(9)).isFalse();
    }
    ProcessHandle grandchild = ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).get();
    assertThat(grandchild.isAlive()).isTrue();

    // When
    parent.kill();

    // Then
    assertThat(grandchild.onExit()).succeedsWithin(Duration.ofSeconds(10));
  }

  private ChildProcess start(String script) {
    return ChildProcess.start(
        new ChildProcess.Spec(
            "child",
            List.of("/bin/sh", "-c", script),
            Map.of(),
            directory,
            directory.resolve("child.log"),
            StopSignal.TERM));
  }
}
