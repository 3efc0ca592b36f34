package io.certferry.pki.ca;

import io.certferry.pki.certificate.Certificates.Validity;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.name.SubjectAltName;
import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an issued certificate says.
 *
 * @param subject name, DER, taken over as it is
 * @param spki SubjectPublicKeyInfo, DER
 * @param sans subject alternative names
 * @param ekus extended key usages, OIDs
 * @param keyUsage empty takes what suits the key
 * @param sid Microsoft's SID extension, or null
 * @param templateName written as Microsoft's version 1 template name, or null
 * @param serial positive, from {@code Randomness.serialNumber()}
 * @param validity first and last second
 * @param publication where the CA's CRL, OCSP responder and certificate are
 */
public record IssuePlan(
    byte[] subject,
    byte[] spki,
    List<SubjectAltName> sans,
    List<String> ekus,
    Set<KeyUsage> keyUsage,
    @Nullable String sid,
    @Nullable String templateName,
    BigInteger serial,
    Validity validity,
    Publication publication) {
  public IssuePlan {
    sans = List.copyOf(sans);
    ekus = List.copyOf(ekus);
    keyUsage = Set.copyOf(keyUsage);
  }

  Set<KeyUsage> usage() {
    return keyUsage.isEmpty() ? KeyUsage.forKey(spki) : keyUsage;
  }
}
