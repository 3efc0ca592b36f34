package io.certferry.profile.evaluation;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.profile.assignment.Assignments;
import io.certferry.profile.catalogue.CertificateType;
import io.certferry.profile.catalogue.ProfileJson;
import io.certferry.profile.catalogue.ProfileKind;
import io.certferry.profile.catalogue.ProfileSettings;
import io.certferry.profile.naming.NamePlan;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An active profile with its assignments, ready to be evaluated.
 *
 * @param names of a pkcs profile
 * @param contentSha256 changes when what the profile delivers changes
 */
public record CataloguedProfile(
    UUID id,
    int version,
    ProfileSettings settings,
    Assignments assignments,
    @Nullable NamePlan names,
    String contentSha256) {

  /** Prepares a stored profile. */
  public static CataloguedProfile of(
      UUID id, int version, ProfileSettings settings, Assignments assignments) {
    NamePlan names =
        settings instanceof ProfileSettings.Pkcs pkcs
            ? NamePlan.of(pkcs.subject(), pkcs.subjectAlternativeNames())
            : null;
    return new CataloguedProfile(id, version, settings, assignments, names, contentOf(settings));
  }

  /** Whether each user of a device gets one of their own. */
  boolean isPerUser() {
    return settings instanceof ProfileSettings.ImportedPfx
        || (settings instanceof ProfileSettings.Pkcs pkcs
            && pkcs.certificateType() == CertificateType.USER);
  }

  boolean isTrustedRoot() {
    return settings.kind() == ProfileKind.TRUSTED_ROOT;
  }

  @Nullable Integer renewalPercent() {
    return settings instanceof ProfileSettings.Pkcs pkcs ? pkcs.renewalThresholdPercent() : null;
  }

  private static String contentOf(ProfileSettings settings) {
    return settings instanceof ProfileSettings.TrustedRoot root
        ? JwsKeys.sha256Hex(root.certificate().toBase64() + "@" + root.destinationStore())
        : JwsKeys.sha256Hex(ContractJson.write(ProfileJson.write(settings)));
  }
}
