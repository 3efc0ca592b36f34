package io.certferry.messaging.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashPointTest {

  /** Hits two points, the first of them three times, and says so. */
  public static final class Walker {
    private Walker() {}

    public static void main(String[] arguments) {
      for (int i = 1; i <= 3; i++) {
        System.out.println("step " + i);
        CrashPoint.RELAY_BEFORE_SEND.hit();
      }
      CrashPoint.RELAY_AFTER_DELETE.hit();
      System.out.println("done");
    }
  }

  @TempDir private Path directory = Path.of(".");

  @Test
  void diesAtTheNthHitOfTheArmedPoint() {
    // When
    ChildProcess walker = walk("RELAY_BEFORE_SEND:2");

    // Then
    assertThat(walker.exitCode()).contains(137);
    assertThat(walker.lastLines(10)).contains("step 2").doesNotContain("step 3");
  }

  @Test
  void diesAtTheFirstHitWithoutACount() {
    assertThat(walk("RELAY_AFTER_DELETE").exitCode()).contains(137);
  }

  @Test
  void passesWhenAnotherPointOrNoneIsArmed() {
    assertThat(walk("INTAKE_BEFORE_COMMIT").lastLines(1)).isEqualTo("done");
    assertThat(walk("").lastLines(1)).isEqualTo("done");
  }

  @Test
  void refusesANameThatIsNoPoint() {
    assertThat(walk("NOWHERE").exitCode()).contains(1);
  }

  private ChildProcess walk(String armed) {
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Spec(
                "walker",
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Walker.class.getName()),
                Map.of("CERTFERRY_CRASH_AT", armed),
                directory,
                directory.resolve("log"),
                StopSignal.TERM));
    assertThat(process.endsWithin(Duration.ofSeconds(30))).isTrue();
    return process;
  }
}
