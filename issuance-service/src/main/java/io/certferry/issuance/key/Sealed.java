package io.certferry.issuance.key;

/**
 * A secret as the database keeps it.
 *
 * @param dayKey names the key it is wrapped under
 * @param bytes the wrapped secret; useless without that key
 */
public record Sealed(String dayKey, byte[] bytes) {

  @Override
  public String toString() {
    return "Sealed[" + dayKey + "]";
  }
}
