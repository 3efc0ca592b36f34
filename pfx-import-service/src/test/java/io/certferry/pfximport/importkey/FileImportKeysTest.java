package io.certferry.pfximport.importkey;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileImportKeysTest extends ImportKeysContract {

  @TempDir Path parent;

  @Override
  ImportKeys keys() {
    return new FileImportKeys(parent.resolve("keys"));
  }

  @Test
  void keepsEverythingToItsOwner() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    keys().create(id, 2048);

    // Then
    Path directory = parent.resolve("keys");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    for (String name : new String[] {"kek.key", id + ".key"}) {
      Path file = directory.resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(new String(Files.readAllBytes(directory.resolve(id + ".key")), US_ASCII))
        .doesNotContain("PRIVATE");
  }

  @Test
  void refusesAKeyThatOthersMayRead() throws Exception {
    // Given
    UUID id = UUID.randomUUID();
    byte[] spki = keys().create(id, 2048);
    Files.setPosixFilePermissions(
        parent.resolve("keys/" + id + ".key"), PosixFilePermissions.fromString("rw-r--r--"));

    // Then
    assertThatThrownBy(() -> decrypt(id, encrypted(spki)))
        .isInstanceOf(KeyStoreUnavailableException.class);
  }

  @Test
  void doesNotOpenAKeyUnderAnothersName() throws Exception {
    // Given
    UUID one = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    byte[] spki = keys().create(one, 2048);
    Files.copy(parent.resolve("keys/" + one + ".key"), parent.resolve("keys/" + other + ".key"));

    // Then
    assertThatThrownBy(() -> decrypt(other, encrypted(spki)))
        .isInstanceOf(KeyStoreUnavailableException.class);
  }
}
