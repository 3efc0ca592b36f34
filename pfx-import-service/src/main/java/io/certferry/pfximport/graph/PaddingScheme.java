package io.certferry.pfximport.graph;

import io.certferry.pki.custody.OaepHash;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code userPfxPaddingScheme}: how an importer encrypted the password. */
enum PaddingScheme {
  /** Microsoft's tool turns it into oaepSha512 itself, so it is taken for that. */
  NONE("none", 0, OaepHash.SHA512),
  PKCS1("pkcs1", 1, null),
  OAEP_SHA1("oaepSha1", 2, null),
  OAEP_SHA256("oaepSha256", 3, OaepHash.SHA256),
  OAEP_SHA384("oaepSha384", 4, OaepHash.SHA384),
  OAEP_SHA512("oaepSha512", 5, OaepHash.SHA512);

  private final String id;
  private final int number;
  private final @Nullable OaepHash hash;

  PaddingScheme(String id, int number, @Nullable OaepHash hash) {
    this.id = id;
    this.number = number;
    this.hash = hash;
  }

  String id() {
    return id;
  }

  /** Empty for the schemes that are not accepted any more. */
  Optional<OaepHash> hash() {
    return Optional.ofNullable(hash);
  }

  /** By name in any case, or by number. */
  static Optional<PaddingScheme> parse(String text) {
    return Arrays.stream(values())
        .filter(each -> each.id.equalsIgnoreCase(text) || text.equals("" + each.number))
        .findFirst();
  }
}
