package io.certferry.gateway.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key and the certificates that belong to it, in one PEM file.
 *
 * @param key PKCS#8, DER
 * @param certificates DER, the key's own first
 */
public record KeyedPem(SecretBytes key, List<byte[]> certificates) implements AutoCloseable {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
  private static final byte[] LINE_END = {'\n'};

  /**
   * Reads a file's content, which is cleared.
   *
   * @throws IllegalStateException if it holds no key or no certificate
   */
  public static KeyedPem parse(String name, byte[] content) {
    try {
      Matcher key = KEY.matcher(new String(content, US_ASCII));
      if (!key.find()) {
        throw new IllegalStateException(name + " holds no private key");
      }
      return new KeyedPem(
          SecretBytes.owning(Base64.getMimeDecoder().decode(key.group(1))),
          Certificates.fromPem(content));
    } catch (PkiException | IllegalArgumentException e) {
      throw new IllegalStateException(name + " is damaged", e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** What {@link #parse} reads. */
  public static byte[] write(SecretBytes pkcs8, List<byte[]> certificates) {
    byte[] key = pem(pkcs8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(key);
    Arrays.fill(key, (byte) 0);
    certificates.forEach(der -> out.writeBytes(Certificates.toPem(der).getBytes(US_ASCII)));
    return out.toByteArray();
  }

  /** The key alone, PEM; the caller clears it. */
  public static byte[] pem(SecretBytes pkcs8) {
    byte[] base64 =
        Base64.getMimeEncoder(64, LINE_END).encode(pkcs8.expose(SecretAccess.granted()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("-----BEGIN PRIVATE KEY-----\n".getBytes(US_ASCII));
    out.writeBytes(base64);
    out.writeBytes("\n-----END PRIVATE KEY-----\n".getBytes(US_ASCII));
    Arrays.fill(base64, (byte) 0);
    return out.toByteArray();
  }

  /** The key's own certificate. */
  public ParsedCertificate parsed() {
    return Certificates.parse(certificates.get(0));
  }

  @Override
  public void close() {
    key.close();
  }
}
