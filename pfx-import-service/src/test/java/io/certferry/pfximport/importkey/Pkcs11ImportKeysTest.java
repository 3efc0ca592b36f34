package io.certferry.pfximport.importkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * SoftHSM2 as the token. The library reads its configuration from the environment, which a JVM
 * cannot change for itself, so the whole contract runs in a JVM of its own (see {@link
 * InAnotherJvm}).
 */
class Pkcs11ImportKeysTest {

  private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  @BeforeAll
  static void needsSoftHsm() {
    boolean present = Files.exists(LIBRARY);
    if ("true".equals(System.getenv("CI"))) {
      assertThat(present).as("softhsm2 is required here").isTrue();
    }
    Assumptions.assumeTrue(present, "SKIPPED: softhsm2 is not installed");
  }

  @Test
  void keepsToTheContractOnARealToken() throws Exception {
    // Given
    Path directory = Files.createTempDirectory("certferry-softhsm-");
    Path tokens = Files.createDirectory(directory.resolve("tokens"));
    Path configuration =
        Files.writeString(
            directory.resolve("softhsm2.conf"),
            "directories.tokendir = "
                + tokens
                + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    Path pin = Files.writeString(directory.resolve("pin"), "1234\n");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
    run(
        configuration,
        directory,
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "certferry",
        "--pin",
        "1234",
        "--so-pin",
        "5678");

    // When
    String output =
        run(
            configuration,
            directory,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            InAnotherJvm.class.getName(),
            LIBRARY.toString(),
            pin.toString());

    // Then
    assertThat(output).contains("contract kept");
  }

  @Test
  void saysThatTheTokenIsNotThere() {
    assertThatThrownBy(
            () ->
                Pkcs11ImportKeys.open(
                    Path.of("/nowhere/libtoken.so"),
                    0,
                    Path.of("/nowhere/pin"),
                    InstantSource.system()))
        .isInstanceOf(KeyStoreUnavailableException.class)
        .hasMessageContaining("PKCS#11");
  }

  private static String run(Path configuration, Path directory, String... command)
      throws Exception {
    Path log = Files.createTempFile(directory, "run-", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SOFTHSM2_CONF", configuration.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String output = Files.readString(log);
    assertThat(ended && process.exitValue() == 0).as(output).isTrue();
    return output;
  }

  /** The contract on a token, called from outside. */
  static final class InAnotherJvm extends ImportKeysContract {

    private static @Nullable ImportKeys token;

    @Override
    ImportKeys keys() {
      ImportKeys opened = token;
      if (opened == null) {
        throw new IllegalStateException("no token");
      }
      return opened;
    }

    public static void main(String[] arguments) {
      token =
          Pkcs11ImportKeys.open(
              Path.of(arguments[0]), 0, Path.of(arguments[1]), InstantSource.system());
      InAnotherJvm contract = new InAnotherJvm();
      Stream.of(io.certferry.pki.custody.OaepHash.values())
          .forEach(contract::opensWhatIsEncryptedToItsPublicHalf);
      contract.refusesWhatIsForAnotherKeyOrLabel();
      contract.opensNothingOnceItIsDestroyed();
      survivesAnotherLogin(arguments);
      System.out.println("contract kept");
    }

    private static void survivesAnotherLogin(String[] arguments) {
      UUID id = UUID.randomUUID();
      byte[] spki = new InAnotherJvm().keys().create(id, 2048);
      token =
          Pkcs11ImportKeys.open(
              Path.of(arguments[0]), 0, Path.of(arguments[1]), InstantSource.system());
      assertThat(new InAnotherJvm().decrypt(id, encrypted(spki)).length()).isEqualTo(6);
    }
  }
}
