package io.certferry.pki.pkcs12;

import io.certferry.pki.key.SecretBytes;
import java.util.List;

/** What became of a foreign PKCS#12 file. */
public sealed interface Pkcs12Opening {

  /**
   * It opened, and holds one key with its certificate.
   *
   * @param pkcs8 the private key exactly as the file has it (PKCS#8); close it
   * @param leaf the key's certificate, DER exactly as the file has it
   * @param chain the leaf's issuers that the file has, DER, the issuing CA first, up to and with
   *     the root if it is there
   */
  record Opened(SecretBytes pkcs8, byte[] leaf, List<byte[]> chain)
      implements Pkcs12Opening, AutoCloseable {

    /** Destroys the private key. */
    @Override
    public void close() {
      pkcs8.close();
    }

    @Override
    public String toString() {
      return "Opened[redacted]";
    }
  }

  /**
   * It did not.
   *
   * @param reason for programs
   * @param message one sentence for people; no secret and none of the file's bytes
   */
  record Refused(Pkcs12Refusal reason, String message) implements Pkcs12Opening {}
}
