package io.certferry.gateway.driver.adcs;

import io.certferry.pki.Der;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** The value of an extKeyUsage extension. */
final class Usages {

  private Usages() {}

  /**
   * @throws io.certferry.pki.PkiException if it is not one
   */
  static List<String> read(byte[] der) {
    KeyPurposeId[] usages = Der.read("extKeyUsage", der, ExtendedKeyUsage::getInstance).getUsages();
    return Arrays.stream(usages).map(KeyPurposeId::getId).toList();
  }
}
