package io.certferry.issuance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.testkit.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** An independent reader. */
final class OpenSsl {

  private static final Path BINARY = Path.of("/usr/bin/openssl");

  private OpenSsl() {}

  static void assumeThere() {
    Assumptions.assumeTrue(Files.isExecutable(BINARY), "no openssl here");
  }

  /** {@code openssl cms -decrypt} with the device's key. */
  static byte[] decrypt(byte[] envelope, Device device) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("envelope");
    try {
      Path cms = Files.write(directory.resolve("package.cms"), envelope);
      Path key =
          Files.write(directory.resolve("device.der"), device.keys().getPrivate().getEncoded());
      Path out = directory.resolve("content");
      Process process =
          new ProcessBuilder(
                  BINARY.toString(),
                  "cms",
                  "-decrypt",
                  "-binary",
                  "-inform",
                  "DER",
                  "-in",
                  cms.toString(),
                  "-inkey",
                  key.toString(),
                  "-keyform",
                  "DER",
                  "-out",
                  out.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
      assertThat(process.waitFor()).as(said).isZero();
      return Files.readAllBytes(out);
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
