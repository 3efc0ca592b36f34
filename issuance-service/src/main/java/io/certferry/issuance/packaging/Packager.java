package io.certferry.issuance.packaging;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.JwsKeys;
import io.certferry.issuance.packaging.Parcel.Identity;
import io.certferry.messaging.EventIds;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.Passwords;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Files;
import io.certferry.pki.pkcs12.Pkcs12Profile;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the forms of a package; computes only. Every secret is overwritten when it is done. */
final class Packager {

  private Packager() {}

  /**
   * A package ready to be stored.
   *
   * @param forms the envelope first
   */
  record Built(UUID packageId, String deviceKeySha256, List<BuiltForm> forms) {

    BuiltForm cms() {
      return forms.get(0);
    }
  }

  /** The bytes of a form; they never change once offered. */
  record BuiltForm(Form form, byte[] content, String sha256) {}

  /**
   * Key, certificate and chain for one device.
   *
   * @param grant what the device, its key and the installation are named by
   * @param pkcs8 stays open
   */
  static Built identity(
      Grant grant, byte[] deviceCertificate, SecretBytes pkcs8, byte[] leaf, CaChain chain) {
    try (SecretBytes password = Passwords.random()) {
      byte[] pkcs12 =
          Pkcs12Files.build(
              profile(grant),
              pkcs8,
              leaf,
              chain.intermediates(),
              grant.delivery().friendlyName(),
              password);
      return forms(grant, deviceCertificate, new Identity(pkcs12, password), chain.certificates());
    }
  }

  /** Trusted roots alone. */
  static Built roots(Grant grant, byte[] deviceCertificate) {
    return forms(grant, deviceCertificate, null, List.of());
  }

  private static Built forms(
      Grant grant, byte[] deviceCertificate, @Nullable Identity identity, List<byte[]> chain) {
    Parcel parcel =
        new Parcel(
            EventIds.next(),
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
        parcel.packageId(),
        grant.deviceKeySha256(),
        List.of(built(Form.CMS, envelope), built(own, own(own, parcel, envelope))));
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
