package io.certferry.pki.key;

/**
 * A fresh key pair.
 *
 * @param spki SubjectPublicKeyInfo, DER (RFC 5280 section 4.1.2.7)
 * @param pkcs8 PrivateKeyInfo, DER (RFC 5958); an EC key carries its public key (RFC 5915)
 */
public record GeneratedKey(byte[] spki, SecretBytes pkcs8) implements AutoCloseable {
  /** Destroys the private key. */
  @Override
  public void close() {
    pkcs8.close();
  }

  @Override
  public String toString() {
    return "GeneratedKey[redacted]";
  }
}
