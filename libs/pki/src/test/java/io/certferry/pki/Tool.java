package io.certferry.pki;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * An independent reader from the operating system. A missing one skips the test aloud, or fails it
 * where all of them are promised (CI=true, or -Dcertferry.tools.required=true).
 */
public enum Tool {
  OPENSSL("openssl"),
  KEYTOOL("keytool"),
  CERTTOOL("certtool"),
  PK12UTIL("pk12util"),
  CERTUTIL("certutil");

  private final String command;

  Tool(String command) {
    this.command = command;
  }

  /** What a run said: exit value, and both outputs together. */
  public record Outcome(int exit, String output) {
    public Outcome assertSucceeded() {
      assertThat(exit).as(output).isZero();
      return this;
    }
  }

  public Outcome run(Path directory, String... arguments) {
    require();
    Path log = directory.resolve(command + "-" + System.nanoTime() + ".log");
    try {
      Process process =
          new ProcessBuilder(Stream.concat(Stream.of(command), Arrays.stream(arguments)).toList())
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return fail(command + " did not end");
      }
      return new Outcome(process.exitValue(), Files.readString(log, UTF_8));
    } catch (IOException e) {
      return fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return fail(e);
    }
  }

  private void require() {
    boolean present =
        List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    if (!present && required()) {
      fail(command + " is required here and missing");
    }
    Assumptions.assumeTrue(present, () -> "SKIPPED: " + command + " is not installed");
  }

  private static boolean required() {
    return Boolean.getBoolean("certferry.tools.required") || "true".equals(System.getenv("CI"));
  }
}
