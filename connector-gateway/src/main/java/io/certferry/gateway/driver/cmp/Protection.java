package io.certferry.gateway.driver.cmp;

import java.io.IOException;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;

/** How messages prove where they come from (RFC 9810 section 5.1.3). */
interface Protection {

  /**
   * Our name in headers.
   *
   * @throws IOException if a file cannot be read
   */
  GeneralName sender() throws IOException;

  /**
   * Protects one of ours.
   *
   * @throws IOException if a file cannot be read
   */
  ProtectedPKIMessage protect(ProtectedPKIMessageBuilder message) throws IOException, CMPException;

  /**
   * Whether one of theirs is protected as agreed.
   *
   * @throws IOException if a file cannot be read
   */
  boolean verifies(ProtectedPKIMessage message) throws IOException, CMPException;
}
