package io.certferry.profile.catalogue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Extended key usages by name; any other may be given as a dotted OID. */
enum KeyUsagePurpose {
  SERVER_AUTH("serverAuth", "1.3.6.1.5.5.7.3.1"),
  CLIENT_AUTH("clientAuth", "1.3.6.1.5.5.7.3.2"),
  CODE_SIGNING("codeSigning", "1.3.6.1.5.5.7.3.3"),
  EMAIL_PROTECTION("emailProtection", "1.3.6.1.5.5.7.3.4"),
  TIME_STAMPING("timeStamping", "1.3.6.1.5.5.7.3.8"),
  OCSP_SIGNING("ocspSigning", "1.3.6.1.5.5.7.3.9"),
  EAP_OVER_LAN("eapOverLan", "1.3.6.1.5.5.7.3.14"),
  IPSEC_IKE("ipsecIke", "1.3.6.1.5.5.7.3.17"),
  DOCUMENT_SIGNING("documentSigning", "1.3.6.1.5.5.7.3.36"),
  SMART_CARD_LOGON("smartCardLogon", "1.3.6.1.4.1.311.20.2.2"),
  ENCRYPTING_FILE_SYSTEM("encryptingFileSystem", "1.3.6.1.4.1.311.10.3.4"),
  ANY("anyExtendedKeyUsage", "2.5.29.37.0"),
  CERTIFICATE_REQUEST_AGENT("certificateRequestAgent", "1.3.6.1.4.1.311.20.2.1");

  /**
   * Certificates for any purpose, or that enrol on behalf of others, are not for devices (AD CS
   * classes ESC2 and ESC3).
   */
  private static final Set<String> FORBIDDEN = Set.of(ANY.oid, CERTIFICATE_REQUEST_AGENT.oid);

  private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9]\\d{0,9})){2,30}");

  private final String id;
  private final String oid;

  KeyUsagePurpose(String id, String oid) {
    this.id = id;
    this.oid = oid;
  }

  /** The OID of a name or of a dotted OID. */
  static Optional<String> oidOf(String text) {
    return Arrays.stream(values())
        .filter(p -> p.id.equalsIgnoreCase(text))
        .map(p -> p.oid)
        .findFirst()
        .or(() -> OID.matcher(text).matches() ? Optional.of(text) : Optional.empty());
  }

  /** The name of an OID, or the OID where it has none. */
  static String nameOf(String oid) {
    return Arrays.stream(values())
        .filter(p -> p.oid.equals(oid))
        .map(p -> p.id)
        .findFirst()
        .orElse(oid);
  }

  static boolean isForbidden(String oid) {
    return FORBIDDEN.contains(oid);
  }
}
