package io.certferry.pki.certificate;

/** OIDs of the extended key usages that profiles name most. */
public final class ExtendedKeyUsages {
  public static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  public static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  public static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
  public static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
  public static final String SMART_CARD_LOGON = "1.3.6.1.4.1.311.20.2.2";
  public static final String ANY = "2.5.29.37.0";

  private ExtendedKeyUsages() {}
}
