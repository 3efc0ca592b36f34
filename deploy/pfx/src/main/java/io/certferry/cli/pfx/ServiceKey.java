package io.certferry.cli.pfx;

/**
 * An import key of the service.
 *
 * @param tenant whose it is
 * @param spki SubjectPublicKeyInfo, DER
 */
record ServiceKey(String tenant, String providerName, String keyName, int version, byte[] spki) {

  @Override
  public String toString() {
    return providerName + "/" + keyName + " version " + version;
  }
}
