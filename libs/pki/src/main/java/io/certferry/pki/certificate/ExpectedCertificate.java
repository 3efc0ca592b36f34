package io.certferry.pki.certificate;

import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the grant promised.
 *
 * @param spki the key that was generated for it, SubjectPublicKeyInfo DER
 * @param subject exact, RDN by RDN
 * @param sans exact, as a set
 * @param ekus exact, as a set of OIDs
 * @param requiredKeyUsage bits that must be there; others may, except those of a CA
 * @param sid exact; null means that none may be there
 * @param maxValidity longest lifetime, counted inclusively (RFC 5280 section 4.1.2.5): notAfter −
 *     notBefore + 1 s. A CA that counts exclusively (AD CS gives exactly one year from notBefore)
 *     needs one second more here.
 * @param caChain the CA's certificate and those above it up to the root, DER; empty when the chain
 *     is not known and is not to be checked
 * @param now when the certificate is looked at
 * @param clockSkew how far in the future notBefore may lie
 */
public record ExpectedCertificate(
    byte[] spki,
    DistinguishedName subject,
    Set<SubjectAltName> sans,
    Set<String> ekus,
    Set<KeyUsage> requiredKeyUsage,
    @Nullable String sid,
    Duration maxValidity,
    List<byte[]> caChain,
    Instant now,
    Duration clockSkew) {
  public ExpectedCertificate {
    sans = Set.copyOf(sans);
    ekus = Set.copyOf(ekus);
    requiredKeyUsage = Set.copyOf(requiredKeyUsage);
    caChain = List.copyOf(caChain);
  }
}
