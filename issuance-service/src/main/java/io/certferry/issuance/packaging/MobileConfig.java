package io.certferry.issuance.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.issuance.packaging.Parcel.Identity;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.util.Base64;
import java.util.UUID;

/**
 * Apple's configuration profile: the payload array as a property list of its own, enveloped to the
 * device's key and put into {@code EncryptedPayloadContent} (Apple, "Encrypt and sign a profile";
 * payloads com.apple.security.pkcs12 and com.apple.security.root). The MDM signs the profile, or
 * sends it through its authenticated channel: the envelope alone does not authenticate.
 */
final class MobileConfig {

  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
      <plist version="1.0">
      """;

  private MobileConfig() {}

  static byte[] of(Parcel parcel) {
    byte[] envelope;
    try (SecretBytes payloads = payloads(parcel)) {
      envelope =
          CmsEnvelopes.sealEnvelopedData(
              payloads.expose(SecretAccess.granted()), parcel.deviceCertificate());
    }
    String profile =
        HEAD
            + "<dict>\n"
            + key("EncryptedPayloadContent")
            + "<data>"
            + Base64.getEncoder().encodeToString(envelope)
            + "</data>\n"
            + key("IsEncrypted")
            + "<true/>\n"
            + string("PayloadDisplayName", parcel.delivery().friendlyName())
            + string("PayloadIdentifier", identifier(parcel))
            + string("PayloadOrganization", "Certferry")
            + (parcel.platform().equals("macos")
                ? string("PayloadScope", parcel.isForDevice() ? "System" : "User")
                : "")
            + string("PayloadType", "Configuration")
            + string("PayloadUUID", uuid(parcel.packageId()))
            + key("PayloadVersion")
            + "<integer>1</integer>\n</dict>\n</plist>\n";
    return profile.getBytes(UTF_8);
  }

  /** The array that {@code PayloadContent} would hold; the caller closes it. */
  private static SecretBytes payloads(Parcel parcel) {
    try (SecretText plist = new SecretText(16 * 1024)) {
      plist.text(HEAD).text("<array>\n");
      Identity identity = parcel.identity();
      if (identity != null) {
        identity(plist, parcel, identity);
      }
      for (int i = 0; i < parcel.roots().size(); i++) {
        root(plist, parcel, i);
      }
      return plist.text("</array>\n</plist>\n").toSecret();
    }
  }

  private static void identity(SecretText plist, Parcel parcel, Identity identity) {
    plist.text("<dict>\n").text(key("Password")).text("<string>");
    plist.secret(identity.password()).text("</string>\n");
    plist.text(string("PayloadCertificateFileName", "identity.p12"));
    plist.text(key("PayloadContent")).text("<data>").base64(identity.pkcs12()).text("</data>\n");
    if (parcel.platform().equals("macos")) {
      plist.text(key("KeyIsExtractable")).text("<false/>\n");
      plist.text(key("AllowAllAppsAccess")).text("<false/>\n");
    }
    common(plist, parcel, "com.apple.security.pkcs12", "identity");
  }

  private static void root(SecretText plist, Parcel parcel, int index) {
    byte[] certificate = parcel.roots().get(index);
    boolean selfIssued = Certificates.parse(certificate).isSelfIssued();
    String name = "root-" + (index + 1);
    plist.text("<dict>\n").text(string("PayloadCertificateFileName", name + ".cer"));
    plist.text(key("PayloadContent")).text("<data>").base64(certificate).text("</data>\n");
    String type = selfIssued ? "com.apple.security.root" : "com.apple.security.pkcs1";
    common(plist, parcel, type, name);
  }

  private static void common(SecretText plist, Parcel parcel, String type, String name) {
    plist
        .text(string("PayloadDisplayName", parcel.delivery().friendlyName()))
        .text(string("PayloadIdentifier", identifier(parcel) + "." + name))
        .text(string("PayloadType", type))
        .text(
            string(
                "PayloadUUID",
                uuid(UUID.nameUUIDFromBytes((parcel.packageId() + name).getBytes(UTF_8)))))
        .text(key("PayloadVersion"))
        .text("<integer>1</integer>\n</dict>\n");
  }

  /** The same for each generation, so that a newer profile replaces the older one on the device. */
  private static String identifier(Parcel parcel) {
    String item = parcel.naturalKey().item();
    String identifier = "io.certferry." + parcel.naturalKey().profileId();
    return item.equals("-") ? identifier : identifier + "." + item;
  }

  private static String key(String name) {
    return "<key>" + name + "</key>";
  }

  private static String string(String name, String value) {
    return key(name) + "<string>" + Xml.escape(value) + "</string>\n";
  }

  private static String uuid(UUID id) {
    return id.toString().toUpperCase(java.util.Locale.ROOT);
  }
}
