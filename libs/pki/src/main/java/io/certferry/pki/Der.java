package io.certferry.pki;

import java.io.IOException;
import java.util.function.Function;

/** The seam between DER bytes and ASN.1 objects: limits on the way in, one kind of fault. */
public final class Der {
  /** Something that encodes itself, such as an ASN.1 object's {@code getEncoded}. */
  @FunctionalInterface
  public interface Encodable {
    byte[] encode(String encoding) throws IOException;
  }

  private Der() {}

  /** The DER of an object; use as {@code Der.encode(object::getEncoded)}. */
  public static byte[] encode(Encodable object) {
    try {
      return object.encode("DER");
    } catch (IOException e) {
      throw new PkiException(PkiException.Reason.MALFORMED, "cannot be encoded as DER", e);
    }
  }

  /** Reads within {@link DerLimits#DEFAULT}. */
  public static <T> T read(String what, byte[] der, Function<byte[], T> parser) {
    return read(what, der, DerLimits.DEFAULT, parser);
  }

  /**
   * Checks the limits, then parses.
   *
   * @param what names the structure in the error
   * @throws PkiException LIMIT or MALFORMED
   */
  public static <T> T read(String what, byte[] der, DerLimits limits, Function<byte[], T> parser) {
    limits.check(der);
    try {
      return parser.apply(der);
    } catch (PkiException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new PkiException(PkiException.Reason.MALFORMED, "not a valid " + what, e);
    }
  }
}
