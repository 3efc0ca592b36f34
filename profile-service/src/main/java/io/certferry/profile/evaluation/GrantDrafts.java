package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.grant.Grant;
import io.certferry.profile.catalogue.Platform;
import io.certferry.profile.catalogue.ProfileSettings;
import io.certferry.profile.device.DeviceCertificate;
import io.certferry.profile.imported.UserImport;
import io.certferry.profile.naming.RenderedNames;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts together what a grant says. */
final class GrantDrafts {

  private GrantDrafts() {}

  /**
   * A grant by a profile.
   *
   * @param names null for a trusted root
   */
  static Grant of(
      CataloguedProfile profile,
      RenderedNames.@Nullable Complete names,
      DeviceCheckedIn checkIn,
      DeviceCertificate certificate,
      UUID requestId,
      NaturalKey key,
      boolean renewal,
      Instant issuedAt,
      Instant expiresAt) {
    ProfileSettings settings = profile.settings();
    return new Grant(
        settings.kind().id(),
        requestId,
        key,
        profile.version(),
        certificate.keySha256(),
        device(checkIn),
        names != null && settings instanceof ProfileSettings.Pkcs pkcs
            ? plan(pkcs, names, sid(profile, checkIn))
            : null,
        settings instanceof ProfileSettings.TrustedRoot root
            ? List.of(root.certificate())
            : List.of(),
        delivery(settings, checkIn),
        renewal,
        issuedAt,
        expiresAt);
  }

  /** What a certificate by this profile would hold now; null for a trusted root. */
  static Grant.@Nullable CertificatePlan plan(
      CataloguedProfile profile, RenderedNames.Complete names, DeviceCheckedIn checkIn) {
    return profile.settings() instanceof ProfileSettings.Pkcs pkcs
        ? plan(pkcs, names, sid(profile, checkIn))
        : null;
  }

  /** What was granted, for the device's new key. */
  static Grant forDeviceKey(
      Grant grant,
      DeviceCheckedIn checkIn,
      DeviceCertificate certificate,
      Instant issuedAt,
      Instant expiresAt) {
    return new Grant(
        grant.kind(),
        grant.requestId(),
        grant.naturalKey(),
        grant.profileVersion(),
        certificate.keySha256(),
        device(checkIn),
        grant.certificate(),
        grant.roots(),
        grant.delivery(),
        grant.renewal(),
        issuedAt,
        expiresAt,
        grant.importedPfx());
  }

  /** A grant of a user's import. */
  static Grant ofImport(
      CataloguedProfile profile,
      UserImport imported,
      DeviceCheckedIn checkIn,
      DeviceCertificate certificate,
      UUID requestId,
      NaturalKey key,
      Instant issuedAt,
      Instant expiresAt) {
    return new Grant(
        profile.settings().kind().id(),
        requestId,
        key,
        profile.version(),
        certificate.keySha256(),
        device(checkIn),
        null,
        List.of(),
        delivery(profile.settings(), checkIn),
        false,
        issuedAt,
        expiresAt,
        new Grant.ImportedPfx(
            imported.importId(), imported.userPrincipalName(), imported.purpose()));
  }

  private static Grant.DeviceFacts device(DeviceCheckedIn checkIn) {
    return new Grant.DeviceFacts(checkIn.platform(), checkIn.osVersion());
  }

  private static @Nullable String sid(CataloguedProfile profile, DeviceCheckedIn checkIn) {
    return profile.isPerUser() && checkIn.user() != null
        ? checkIn.user().onPremisesSecurityIdentifier()
        : null;
  }

  private static Grant.CertificatePlan plan(
      ProfileSettings.Pkcs pkcs, RenderedNames.Complete names, @Nullable String sid) {
    return new Grant.CertificatePlan(
        pkcs.certificationAuthority(),
        pkcs.certificateTemplate(),
        names.subject(),
        names.alternativeNames(),
        sid,
        pkcs.extendedKeyUsageOids(),
        pkcs.keySpec().algorithm().name(),
        pkcs.keySpec().size(),
        pkcs.validity().duration().toSeconds());
  }

  private static @Nullable String keyStorageProvider(ProfileSettings settings) {
    if (settings instanceof ProfileSettings.Pkcs pkcs) {
      return pkcs.keyStorageProvider();
    }
    return settings instanceof ProfileSettings.ImportedPfx imported
        ? imported.keyStorageProvider()
        : null;
  }

  private static Grant.Delivery delivery(ProfileSettings settings, DeviceCheckedIn checkIn) {
    String provider =
        checkIn.platform().equals(Platform.WINDOWS.id()) ? keyStorageProvider(settings) : null;
    return new Grant.Delivery(settings.friendlyName(), settings.destinationStore(), provider);
  }
}
