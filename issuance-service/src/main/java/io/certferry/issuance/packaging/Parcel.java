package io.certferry.issuance.packaging;

import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant.Delivery;
import io.certferry.pki.key.SecretBytes;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What goes into a package, whatever its form.
 *
 * @param identity key and certificate; null for roots alone
 * @param chain DER of the certificates above, issuing CA first, root last
 * @param roots DER of the roots to be trusted
 * @param deviceCertificate DER; whose key opens the package
 */
record Parcel(
    UUID packageId,
    UUID requestId,
    NaturalKey naturalKey,
    String kind,
    String platform,
    Delivery delivery,
    @Nullable Identity identity,
    List<byte[]> chain,
    List<byte[]> roots,
    byte[] deviceCertificate) {

  /** A PKCS#12 file and the password that opens it. */
  record Identity(byte[] pkcs12, SecretBytes password) {}

  /** Whether it is for the device itself rather than for a user of it. */
  boolean isForDevice() {
    return naturalKey.subject().equals(NaturalKey.NONE);
  }
}
