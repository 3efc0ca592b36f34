package io.certferry.pki.certificate;

import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a certificate request names.
 *
 * @param subject may be empty when there are alternative names
 * @param sans subject alternative names, in order
 * @param ekus OIDs of extended key usages, in order; empty leaves the choice to the CA
 * @param keyUsage empty asks for what suits the key, see {@link KeyUsage#forKey}
 * @param sid the account's SID for strong mapping in Active Directory, or null
 */
public record CsrPlan(
    DistinguishedName subject,
    List<SubjectAltName> sans,
    List<String> ekus,
    Set<KeyUsage> keyUsage,
    @Nullable String sid) {
  public CsrPlan {
    sans = List.copyOf(sans);
    ekus = List.copyOf(ekus);
    keyUsage = Set.copyOf(keyUsage);
  }
}
