package io.certferry.issuance.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.WrappingContext;
import io.certferry.testkit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DayKeysTest {

  private static final WrappingContext HERE = WrappingContext.of("test", "here");

  @TempDir Path directory = Path.of("");

  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-24T10:00:00Z"));

  @Test
  void opensOnlyWhatWasSealedForTheSamePurpose() {
    // Given
    DayKeys keys = keys();
    Sealed sealed = seal(keys);

    // Then
    try (SecretBytes opened = keys.open(sealed, HERE)) {
      assertThat(opened.expose(SecretAccess.granted())).containsExactly(1, 2, 3);
    }
    assertThatThrownBy(() -> keys.open(sealed, WrappingContext.of("test", "there")))
        .isInstanceOf(PkiException.class);
  }

  @Test
  void makesFilesThatOnlyTheirOwnerCanRead() throws IOException {
    // Given
    seal(keys());

    // Then
    try (Stream<Path> files = Files.walk(kek())) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------"));
    }
    assertThat(mode(kek())).isEqualTo("rwx------");
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws IOException {
    // Given
    Sealed sealed = seal(keys());
    Files.setPosixFilePermissions(
        kek().resolve("kek-1.key"), PosixFilePermissions.fromString("rw-r-----"));

    // Then
    assertThatThrownBy(() -> keys().open(sealed, HERE))
        .isInstanceOf(KekUnavailableException.class)
        .hasMessageContaining("rw-r-----");
  }

  @Test
  void refusesADirectoryThatOthersCanChange() throws IOException {
    // Given
    Files.createDirectories(kek());
    Files.setPosixFilePermissions(kek(), PosixFilePermissions.fromString("rwxrwxrwx"));

    // Then
    assertThatThrownBy(() -> seal(keys())).isInstanceOf(KekUnavailableException.class);
  }

  @Test
  void agreesOnOneKeyHoweverManyInstancesBeginAtOnce() throws Exception {
    // Given
    int instances = 8;
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(instances);
    List<Future<Sealed>> sealed = new ArrayList<>();
    for (int i = 0; i < instances; i++) {
      sealed.add(
          threads.submit(
              () -> {
                start.await();
                return seal(keys());
              }));
    }

    // When
    start.countDown();

    // Then
    DayKeys another = keys();
    for (Future<Sealed> one : sealed) {
      try (SecretBytes opened = another.open(one.get(), HERE)) {
        assertThat(opened.length()).isEqualTo(3);
      }
    }
    threads.shutdown();
    try (Stream<Path> files = Files.walk(kek())) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(2);
    }
  }

  @Test
  void makesANewKeyEachDay() {
    // Given
    DayKeys keys = keys();
    Sealed today = seal(keys);

    // When
    clock.advance(Duration.ofDays(1));
    Sealed tomorrow = seal(keys);

    // Then
    assertThat(today.dayKey()).isEqualTo("2026-11-24");
    assertThat(tomorrow.dayKey()).isEqualTo("2026-11-25");
    assertThat(keys.days()).containsExactly("2026-11-24", "2026-11-25");
  }

  @Test
  void countsADayAsFinishedOnlyAfterTheGraceTime() {
    // Given
    DayKeys keys = keys();
    seal(keys);

    // Then
    clock.set(Instant.parse("2026-11-25T00:59:00Z"));
    assertThat(keys.finishedDays()).isEmpty();
    clock.set(Instant.parse("2026-11-25T01:00:00Z"));
    assertThat(keys.finishedDays()).containsExactly("2026-11-24");
  }

  @Test
  void opensNothingOnceTheDaysKeyIsDestroyed() {
    // Given
    DayKeys keys = keys();
    DayKeys another = keys();
    Sealed sealed = seal(keys);
    another.open(sealed, HERE).close();

    // When
    assertThat(keys.destroy(sealed.dayKey())).isTrue();

    // Then
    assertThatThrownBy(() -> keys.open(sealed, HERE)).isInstanceOf(KekUnavailableException.class);
    assertThatThrownBy(() -> another.open(sealed, HERE))
        .isInstanceOf(KekUnavailableException.class);
    assertThat(keys.destroy(sealed.dayKey())).isFalse();
  }

  @Test
  void wrapsNewDaysUnderTheNewestKekAndStillOpensOlderDays() throws IOException {
    // Given
    Sealed old = seal(keys());
    try (SecretBytes second = KeyWrap.newKey()) {
      SecretFiles.createIfAbsent(
          kek().resolve("kek-2.key"),
          java.util.Base64.getEncoder().encode(second.expose(SecretAccess.granted())));
    }

    // When
    clock.advance(Duration.ofDays(1));
    Sealed fresh = seal(keys());

    // Then
    assertThat(Files.readString(kek().resolve("days/2026-11-25.key"))).startsWith("1 kek-2 ");
    keys().open(old, HERE).close();
    keys().open(fresh, HERE).close();
  }

  @Test
  void passesItsSelfTestAndSaysWhyNot() throws IOException {
    // Given
    DayKeys keys = keys();
    assertThat(new KekReadiness(keys).call().getStatus().name()).isEqualTo("UP");

    // When
    Files.setPosixFilePermissions(
        kek().resolve("kek-1.key"), PosixFilePermissions.fromString("rw-rw-rw-"));

    // Then
    var response = new KekReadiness(keys()).call();
    assertThat(response.getStatus().name()).isEqualTo("DOWN");
    assertThat(String.valueOf(response.getData().orElseThrow().get("reason"))).contains("kek-1");
  }

  private Sealed seal(DayKeys keys) {
    try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3})) {
      return keys.seal(secret, HERE);
    }
  }

  private DayKeys keys() {
    return new DayKeys(config(), new FileKeyEncryptionKeys(kek()), clock);
  }

  private Path kek() {
    return directory.resolve("kek");
  }

  private KekConfig config() {
    return new KekConfig() {
      @Override
      public Path directory() {
        return kek();
      }

      @Override
      public Duration dayKeyGrace() {
        return Duration.ofHours(1);
      }

      @Override
      public Duration sweepEvery() {
        return Duration.ofMinutes(1);
      }
    };
  }

  private static String mode(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
