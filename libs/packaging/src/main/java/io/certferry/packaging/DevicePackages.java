package io.certferry.packaging;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.packaging.Parcel.Identity;
import io.certferry.pki.CryptoProviders;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.Passwords;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Files;
import io.certferry.pki.pkcs12.Pkcs12Profile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the forms of a package. Every secret is overwritten when it is done. */
public final class DevicePackages {

  private DevicePackages() {}

  /**
   * A package ready to be stored.
   *
   * @param forms the envelope first
   */
  public record Built(UUID packageId, String deviceKeySha256, List<BuiltForm> forms) {

    public BuiltForm cms() {
      return forms.get(0);
    }
  }

  /** The bytes of a form; they never change once offered. */
  public record BuiltForm(Form form, byte[] content, String sha256) {}

  /**
   * Key, certificate and chain for one device.
   *
   * @param grant what the device, its key and the installation are named by
   * @param pkcs8 stays open
   * @param carried DER of the issuers that the PKCS#12 file carries, the issuing CA first
   * @param chain DER of all issuers, the issuing CA first
   * @throws io.certferry.pki.PkiException if the device's key is outside the policy
   */
  public static Built identity(
      UUID packageId,
      Grant grant,
      byte[] deviceCertificate,
      SecretBytes pkcs8,
      byte[] leaf,
      List<byte[]> carried,
      List<byte[]> chain) {
    try (SecretBytes password = Passwords.random()) {
      byte[] pkcs12 =
          Pkcs12Files.build(
              profile(grant), pkcs8, leaf, carried, grant.delivery().friendlyName(), password);
      return forms(packageId, grant, deviceCertificate, new Identity(pkcs12, password), chain);
    }
  }

  /** Trusted roots alone. */
  public static Built roots(UUID packageId, Grant grant, byte[] deviceCertificate) {
    return forms(packageId, grant, deviceCertificate, null, List.of());
  }

  /** Why no package can be made for the device of a grant; it is the same for every package. */
  public static Optional<String> refusal(Grant grant) {
    return CryptoProviders.isApprovedOnly() && profile(grant) == Pkcs12Profile.LEGACY
        ? Optional.of(
            "the device's system reads only 3DES and SHA-1, which FIPS mode does not allow")
        : Optional.empty();
  }

  private static Built forms(
      UUID packageId,
      Grant grant,
      byte[] deviceCertificate,
      @Nullable Identity identity,
      List<byte[]> chain) {
    Parcel parcel =
        new Parcel(
            packageId,
            grant.requestId(),
            grant.naturalKey(),
            grant.kind(),
            grant.device().platform().toLowerCase(Locale.ROOT),
            grant.delivery(),
            identity,
            chain,
            grant.roots().stream().map(root -> root.toArray()).toList(),
            deviceCertificate);
    byte[] envelope = envelope(parcel);
    Form own = Form.ofPlatform(parcel.platform());
    return new Built(
        packageId,
        grant.deviceKeySha256(),
        own.isApproved() || !CryptoProviders.isApprovedOnly()
            ? List.of(built(Form.CMS, envelope), built(own, own(own, parcel, envelope)))
            : List.of(built(Form.CMS, envelope)));
  }

  private static byte[] envelope(Parcel parcel) {
    try (SecretBytes content = PackageContent.of(parcel)) {
      return CmsEnvelopes.seal(content.expose(SecretAccess.granted()), parcel.deviceCertificate());
    }
  }

  private static byte[] own(Form form, Parcel parcel, byte[] envelope) {
    return switch (form) {
      case MOBILECONFIG -> MobileConfig.of(parcel);
      case SYNCML -> SyncMl.of(parcel);
      case JSON, CMS -> AgentJson.of(parcel, envelope);
    };
  }

  private static BuiltForm built(Form form, byte[] content) {
    return new BuiltForm(form, content, JwsKeys.sha256Hex(content));
  }

  private static Pkcs12Profile profile(Grant grant) {
    String version = grant.device().osVersion();
    return Pkcs12Profile.forPlatform(grant.device().platform(), version == null ? "" : version);
  }
}
