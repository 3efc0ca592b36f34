package io.certferry.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In a process of its own: a provider is for the whole process and for good. */
class FipsModuleTest {

  private static String run(Path module) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-D" + CryptoProviders.FIPS_MODULE + "=" + module,
                "-cp",
                System.getProperty("java.class.path"),
                ApprovedOnly.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @Test
  void doesTheWholeJobWithApprovedAlgorithmsOnly() throws IOException, InterruptedException {
    // When
    String said = run(Path.of("target", "fips", "bc-fips.jar"));

    // Then
    assertThat(said.lines())
        .as(said)
        .anyMatch(line -> line.matches("provider BCFIPS .* true"))
        .contains("at work [BCFIPS, BCFIPS, BCFIPS, BCFIPS]", "wrapped key true")
        .containsAll(
            Stream.of("EC", "RSA")
                .flatMap(
                    spec ->
                        Stream.of(
                            "certificate for " + spec + " true",
                            "envelope to " + spec + " true",
                            "package with " + spec + " true"))
                .toList())
        .filteredOn(line -> line.contains("refused"))
        .hasSize(4)
        .allMatch(line -> line.endsWith("true"));
  }

  @Test
  void doesNotStartWithoutTheModule() throws IOException, InterruptedException {
    assertThat(run(Path.of("target", "fips", "nothing.jar")))
        .contains("the FIPS module")
        .doesNotContain("provider ");
  }
}
