package io.certferry.pki.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.pki.Digests;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a wrapped secret is bound to, as unambiguous AAD bytes: each part is preceded by its length,
 * so no two different contexts give the same bytes.
 *
 * @param purpose what the secret is for, such as {@code issuance-key}, {@code pool-key}, {@code
 *     day-key}
 * @param parts the natural key (tenant, device, subject, profile, item, generation), or the key id
 * @param spkiSha256 SHA-256 of the public key that belongs to the secret; empty where there is none
 */
public record WrappingContext(String purpose, List<String> parts, byte[] spkiSha256) {
  public WrappingContext {
    parts = List.copyOf(parts);
    spkiSha256 = spkiSha256.clone();
  }

  /** Bound to a key pair. */
  public static WrappingContext ofKey(String purpose, byte[] spki, String... parts) {
    return new WrappingContext(purpose, List.of(parts), Digests.sha256(spki));
  }

  /** Bound to names only. */
  public static WrappingContext of(String purpose, String... parts) {
    return new WrappingContext(purpose, List.of(parts), new byte[0]);
  }

  /** The bytes for {@link KeyWrap}. */
  public byte[] aad() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    append(out, purpose.getBytes(UTF_8));
    append(out, spkiSha256);
    parts.forEach(part -> append(out, part.getBytes(UTF_8)));
    return out.toByteArray();
  }

  private static void append(ByteArrayOutputStream out, byte[] part) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
    out.writeBytes(part);
  }
}
