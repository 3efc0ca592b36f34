package io.certferry.issuance.key;

import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.WrappingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Key-encryption keys in files {@code kek-<n>.key} (32 random bytes, base64, mode 0600): the
 * highest number wraps, all unwrap. The first is made when there is none; to change the key put the
 * next number beside it, and remove the old file once no day key names it.
 */
final class FileKeyEncryptionKeys implements KeyEncryptionKeys {

  private static final Pattern NAME = Pattern.compile("kek-(\\d{1,9})\\.key");

  private final Path directory;

  FileKeyEncryptionKeys(Path directory) {
    this.directory = directory;
  }

  @Override
  public Wrapped wrap(SecretBytes key, WrappingContext context) {
    String kekId = newest();
    try (SecretBytes kek = read(kekId)) {
      return new Wrapped(
          kekId, KeyWrap.wrap(kek.expose(SecretAccess.granted()), key, context.aad()));
    }
  }

  @Override
  public SecretBytes unwrap(Wrapped wrapped, WrappingContext context) {
    try (SecretBytes kek = read(wrapped.kekId())) {
      return KeyWrap.unwrap(kek.expose(SecretAccess.granted()), wrapped.bytes(), context.aad());
    }
  }

  private String newest() {
    try {
      SecretFiles.createDirectory(directory);
      if (ids().isEmpty()) {
        createFirst();
      }
      List<String> ids = ids();
      return ids.get(ids.size() - 1);
    } catch (IOException e) {
      throw new KekUnavailableException("no key-encryption key: " + e.getMessage(), e);
    }
  }

  private void createFirst() throws IOException {
    try (SecretBytes kek = KeyWrap.newKey()) {
      byte[] text = Base64.getEncoder().encode(kek.expose(SecretAccess.granted()));
      try {
        SecretFiles.createIfAbsent(directory.resolve("kek-1.key"), text);
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    }
  }

  private List<String> ids() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> NAME.matcher(name).matches())
          .sorted(Comparator.comparingInt(FileKeyEncryptionKeys::number))
          .map(name -> name.substring(0, name.length() - ".key".length()))
          .toList();
    }
  }

  private static int number(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private SecretBytes read(String kekId) {
    if (!NAME.matcher(kekId + ".key").matches()) {
      throw new KekUnavailableException(
          "no key-encryption key has the name that a day key says", null);
    }
    byte[] text = new byte[0];
    try {
      text = SecretFiles.read(directory.resolve(kekId + ".key"));
      return checked(kekId, SecretBytes.owning(Base64.getDecoder().decode(trimmed(text))));
    } catch (IOException | IllegalArgumentException e) {
      throw new KekUnavailableException(
          "the key-encryption key " + kekId + " cannot be used: " + e.getMessage(), e);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private static byte[] trimmed(byte[] text) {
    int end = text.length;
    while (end > 0 && Character.isWhitespace(text[end - 1])) {
      end--;
    }
    return Arrays.copyOf(text, end);
  }

  private static SecretBytes checked(String kekId, SecretBytes kek) {
    if (kek.length() != KeyWrap.KEY_BYTES) {
      kek.close();
      throw new IllegalArgumentException(kekId + " does not have " + KeyWrap.KEY_BYTES + " bytes");
    }
    return kek;
  }
}
