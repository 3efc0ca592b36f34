package io.certferry.pki.key;

/**
 * The permission to see secret bytes. It cannot be forged by accident: every place that reads a
 * secret says {@code SecretAccess.granted()}, so a search (or an ArchUnit rule) finds them all.
 */
public final class SecretAccess {
  private static final SecretAccess GRANTED = new SecretAccess();

  private SecretAccess() {}

  /** Take it only where the secret is really consumed. */
  public static SecretAccess granted() {
    return GRANTED;
  }
}
