package io.certferry.gateway.driver.directory;

import java.util.List;

/**
 * A pKICertificateTemplate object.
 *
 * @param name cn
 * @param nameFlags msPKI-Certificate-Name-Flag
 * @param enrolmentFlags msPKI-Enrollment-Flag
 */
public record CertificateTemplate(
    String name,
    String displayName,
    int schema,
    long validitySeconds,
    int minimumKeySize,
    long nameFlags,
    long enrolmentFlags,
    List<String> extendedKeyUsages) {

  public CertificateTemplate {
    extendedKeyUsages = List.copyOf(extendedKeyUsages);
  }
}
