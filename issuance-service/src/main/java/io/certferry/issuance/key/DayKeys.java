package io.certferry.issuance.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.WrappingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The keys that private keys are wrapped under: one for each day (UTC), in files outside the
 * database, each itself wrapped under the key-encryption key. Whoever has a copy of the database
 * without these files has no private key; and once a day's file is destroyed, not even an old
 * backup of the database and the key-encryption key together give one back (invariant I18).
 *
 * <p>A file is {@code days/<date>.key}: one line {@code 1 <kekId> <base64 of the wrapped key>}.
 * Several instances share the directory.
 */
@Singleton
public class DayKeys {

  private static final Pattern FILE = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})\\.key");

  private final KeyEncryptionKeys keks;
  private final Path directory;
  private final Duration grace;
  private final InstantSource clock;
  private final Map<String, SecretBytes> opened = new ConcurrentHashMap<>();

  @Inject
  public DayKeys(KekConfig config, KeyEncryptionKeys keks, InstantSource clock) {
    this.keks = keks;
    this.directory = config.directory().resolve("days");
    this.grace = config.dayKeyGrace();
    this.clock = clock;
  }

  /**
   * Wraps under today's key.
   *
   * @param secret stays open
   * @throws KekUnavailableException if there is no key today
   */
  public Sealed seal(SecretBytes secret, WrappingContext context) {
    String day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
    byte[] key = key(day, true).expose(SecretAccess.granted());
    return new Sealed(day, KeyWrap.wrap(key, secret, context.aad()));
  }

  /**
   * Unwraps what {@link #seal} gave.
   *
   * @throws KekUnavailableException if the day key is destroyed or cannot be reached
   * @throws io.certferry.pki.PkiException INTEGRITY if it was sealed for something else
   */
  public SecretBytes open(Sealed sealed, WrappingContext context) {
    byte[] key = key(sealed.dayKey(), false).expose(SecretAccess.granted());
    return KeyWrap.unwrap(key, sealed.bytes(), context.aad());
  }

  /**
   * Makes sure that there is a key today.
   *
   * @throws KekUnavailableException if not
   */
  void require() {
    key(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString(), true);
  }

  /** The days whose keys exist and which are over for longer than the grace time. */
  public List<String> finishedDays() {
    String current = LocalDate.ofInstant(clock.instant().minus(grace), ZoneOffset.UTC).toString();
    return days().stream().filter(day -> day.compareTo(current) < 0).toList();
  }

  /** The days whose keys exist. */
  public List<String> days() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> FILE.matcher(file.getFileName().toString()))
          .filter(java.util.regex.Matcher::matches)
          .map(matcher -> matcher.group(1))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new KekUnavailableException("the day keys cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * Destroys a day's key: nothing wrapped under it can be opened again by anybody.
   *
   * @return whether it was there
   */
  public boolean destroy(String day) {
    SecretBytes key = opened.remove(day);
    if (key != null) {
      key.close();
    }
    try {
      return SecretFiles.destroy(file(day));
    } catch (IOException e) {
      throw new KekUnavailableException(
          "the key of " + day + " cannot be destroyed: " + e.getMessage(), e);
    }
  }

  /**
   * An opened key is believed only as long as its file is there: another instance may have
   * destroyed it.
   */
  private SecretBytes key(String day, boolean create) {
    Path file = file(day);
    SecretBytes key = opened.get(day);
    if (key != null && Files.exists(file)) {
      return key;
    }
    opened.remove(day);
    return opened.computeIfAbsent(day, missing -> load(missing, create));
  }

  private SecretBytes load(String day, boolean create) {
    try {
      if (create) {
        createIfAbsent(day);
      }
      return unwrap(day, new String(SecretFiles.read(file(day)), US_ASCII).trim());
    } catch (NoSuchFileException e) {
      throw new KekUnavailableException("the key of " + day + " is destroyed", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new KekUnavailableException(
          "the key of " + day + " cannot be used: " + e.getMessage(), e);
    }
  }

  private void createIfAbsent(String day) throws IOException {
    if (Files.exists(file(day))) {
      return;
    }
    try (SecretBytes fresh = KeyWrap.newKey()) {
      KeyEncryptionKeys.Wrapped wrapped = keks.wrap(fresh, context(day));
      String line =
          "1 " + wrapped.kekId() + " " + Base64.getEncoder().encodeToString(wrapped.bytes()) + "\n";
      SecretFiles.createDirectory(directory);
      SecretFiles.createIfAbsent(file(day), line.getBytes(US_ASCII));
    }
  }

  private SecretBytes unwrap(String day, String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals("1")) {
      throw new IllegalArgumentException("not a day key file of version 1");
    }
    byte[] bytes = Base64.getDecoder().decode(parts[2]);
    return keks.unwrap(new KeyEncryptionKeys.Wrapped(parts[1], bytes), context(day));
  }

  private Path file(String day) {
    if (!FILE.matcher(day + ".key").matches()) {
      throw new KekUnavailableException("no day key has such a name", null);
    }
    return directory.resolve(day + ".key");
  }

  private static WrappingContext context(String day) {
    return WrappingContext.of("day-key", day);
  }
}
