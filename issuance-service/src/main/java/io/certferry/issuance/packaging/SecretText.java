package io.certferry.issuance.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.util.Arrays;
import java.util.Base64;

/**
 * A document that has a secret in it, built as bytes and overwritten in the end; never a String.
 */
final class SecretText implements AutoCloseable {

  private byte[] bytes;
  private int length;

  SecretText(int expectedLength) {
    this.bytes = new byte[Math.max(64, expectedLength)];
  }

  SecretText text(String text) {
    return raw(text.getBytes(UTF_8));
  }

  SecretText base64(byte[] data) {
    return raw(Base64.getEncoder().encode(data));
  }

  /** The only place where the secret enters. */
  SecretText secret(SecretBytes secret) {
    return raw(secret.expose(SecretAccess.granted()));
  }

  private SecretText raw(byte[] more) {
    if (length + more.length > bytes.length) {
      byte[] larger = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more.length));
      Arrays.fill(bytes, (byte) 0);
      bytes = larger;
    }
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
    return this;
  }

  /** A copy that the receiver overwrites. */
  SecretBytes toSecret() {
    return SecretBytes.owning(Arrays.copyOf(bytes, length));
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    length = 0;
  }

  @Override
  public String toString() {
    return "SecretText[redacted]";
  }
}
