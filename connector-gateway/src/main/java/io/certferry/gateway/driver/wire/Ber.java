package io.certferry.gateway.driver.wire;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Primitive;

/**
 * CMS messages may be BER with indefinite lengths (RFC 5652 section 5), and some servers send them
 * so. They become DER here, within the limits on depth and size that the process has set, so that
 * everything after this reads DER alone.
 */
public final class Ber {

  private static final int MOST = 1024 * 1024;

  private Ber() {}

  /**
   * The same value as DER.
   *
   * @throws PkiException MALFORMED or LIMIT
   */
  public static byte[] toDer(byte[] ber) {
    if (ber.length > MOST) {
      throw new PkiException(Reason.LIMIT, "longer than " + MOST + " bytes");
    }
    try (ASN1InputStream in = new ASN1InputStream(ber)) {
      ASN1Primitive value = in.readObject();
      if (value == null || in.available() > 0) {
        throw new PkiException(Reason.MALFORMED, "not one BER value");
      }
      return value.getEncoded("DER");
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new PkiException(Reason.MALFORMED, "not BER", e);
    }
  }
}
