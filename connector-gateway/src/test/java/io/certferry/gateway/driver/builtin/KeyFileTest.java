package io.certferry.gateway.driver.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.key.SecretAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

  @TempDir Path directory;

  private byte[] open() {
    return KeyFile.open(directory.resolve("ca")).expose(SecretAccess.granted());
  }

  @Test
  void makesTheKeyOnceAndForItsOwnerAlone() throws Exception {
    // When
    byte[] first = open();
    byte[] second = open();

    // Then
    assertThat(second).isEqualTo(first);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("ca/builtin-ca.key"))))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory.resolve("ca"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void givesTheSameKeyToAllThatStartTogether() {
    // Given
    List<CompletableFuture<byte[]>> starts = new ArrayList<>();

    // When
    for (int i = 0; i < 8; i++) {
      starts.add(CompletableFuture.supplyAsync(this::open));
    }

    // Then
    byte[] first = starts.get(0).join();
    assertThat(starts).allSatisfy(start -> assertThat(start.join()).isEqualTo(first));
  }

  @Test
  void refusesAFileThatOthersMayRead() throws Exception {
    // Given
    open();
    Files.setPosixFilePermissions(
        directory.resolve("ca/builtin-ca.key"), PosixFilePermissions.fromString("rw-r--r--"));

    // Then
    assertThatThrownBy(this::open).hasMessageContaining("0600");
  }

  @Test
  void refusesADamagedFile() throws Exception {
    // Given
    open();
    Files.write(directory.resolve("ca/builtin-ca.key"), new byte[31]);

    // Then
    assertThatThrownBy(this::open).hasMessageContaining("damaged");
  }
}
