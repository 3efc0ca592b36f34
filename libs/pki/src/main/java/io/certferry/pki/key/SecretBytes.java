package io.certferry.pki.key;

import java.util.Arrays;
import java.util.Objects;

/**
 * Bytes that must not be printed, serialised or kept: a private key (PKCS#8 DER), a password
 * (ASCII), a symmetric key. {@link #close()} overwrites them. Equality is identity. Not thread-safe
 * against a concurrent {@code close}.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] bytes;
  private volatile boolean closed;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over: the caller must neither keep nor change it. */
  public static SecretBytes owning(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /** Copies; the caller stays responsible for its own array. */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /**
   * The live array, not a copy: do not keep it, it becomes zeros on {@link #close()}.
   *
   * @throws IllegalStateException after {@code close}
   */
  public byte[] expose(SecretAccess access) {
    Objects.requireNonNull(access, "access");
    if (closed) {
      throw new IllegalStateException("this secret is already destroyed");
    }
    return bytes;
  }

  /** How many bytes; no secret. */
  public int length() {
    return bytes.length;
  }

  public boolean isClosed() {
    return closed;
  }

  /** Overwrites the bytes with zeros; may be called again. */
  @Override
  public void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretBytes[redacted]";
  }
}
