package io.certferry.issuance.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.issuance.packaging.Parcel.Identity;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.SecretAccess;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The commands for Windows (OMA DM 1.2): ClientCertificateInstall/PFXCertInstall in one Atomic, the
 * blob last, and RootCATrustedCertificates. The PKCS#12 file stands in it as it is; its 256-bit
 * password only in an envelope to the device's certificate ({@code PFXCertPasswordEncryptionType}
 * 1). The MDM puts the body under its own session header.
 */
final class SyncMl {

  private static final String TPM_OR_SOFTWARE = "2";

  private final Parcel parcel;
  private final StringBuilder xml = new StringBuilder(8 * 1024);
  private int commandId;

  private SyncMl(Parcel parcel) {
    this.parcel = parcel;
  }

  static byte[] of(Parcel parcel) {
    return new SyncMl(parcel).document().getBytes(UTF_8);
  }

  private String document() {
    xml.append("<SyncML xmlns=\"SYNCML:SYNCML1.2\">\n<SyncBody>\n");
    parcel.roots().forEach(this::root);
    Identity identity = parcel.identity();
    if (identity != null) {
      identity(identity);
    }
    return xml.append("<Final/>\n</SyncBody>\n</SyncML>\n").toString();
  }

  private void root(byte[] certificate) {
    var parsed = Certificates.parse(certificate);
    String store = parcel.delivery().store();
    boolean root = store == null ? parsed.isSelfIssued() : store.endsWith("root");
    // User/…/Root does not exist: a root is always the computer's.
    boolean user = !root && store != null && store.startsWith("user");
    add(
        (user ? "./User" : "./Device")
            + "/Vendor/MSFT/RootCATrustedCertificates/"
            + (root ? "Root/" : "CA/")
            + parsed.sha1()
            + "/EncodedCertificate",
        "b64",
        Base64.getEncoder().encodeToString(certificate));
  }

  private void identity(Identity identity) {
    String provider = parcel.delivery().keyStorageProvider();
    xml.append("<Atomic>\n<CmdID>").append(++commandId).append("</CmdID>\n");
    add(node("KeyLocation"), "int", keyLocation(provider));
    if ("passport".equals(provider)) {
      add(node("ContainerName"), "chr", "certferry-" + parcel.requestId());
    }
    add(node("PFXCertPassword"), "chr", sealedPassword(identity));
    add(node("PFXCertPasswordEncryptionType"), "int", "1");
    add(node("PFXKeyExportable"), "bool", "false");
    add(node("PFXCertBlob"), "chr", Base64.getEncoder().encodeToString(identity.pkcs12()));
    xml.append("</Atomic>\n");
  }

  private String node(String name) {
    return (parcel.isForDevice() ? "./Device" : "./User")
        + "/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/"
        + parcel.requestId().toString().toUpperCase(Locale.ROOT)
        + "/"
        + name;
  }

  private String sealedPassword(Identity identity) {
    byte[] envelope =
        CmsEnvelopes.sealEnvelopedData(
            identity.password().expose(SecretAccess.granted()), parcel.deviceCertificate());
    return Base64.getEncoder().encodeToString(envelope);
  }

  /** 1 TPM or fail, 2 TPM or software, 3 software, 4 Windows Hello. */
  private static String keyLocation(@Nullable String provider) {
    if (provider == null) {
      return TPM_OR_SOFTWARE;
    }
    return switch (provider) {
      case "tpm" -> "1";
      case "software" -> "3";
      case "passport" -> "4";
      default -> TPM_OR_SOFTWARE;
    };
  }

  private void add(String uri, String format, String data) {
    xml.append("<Add>\n<CmdID>")
        .append(++commandId)
        .append("</CmdID>\n<Item>\n<Target><LocURI>")
        .append(Xml.escape(uri))
        .append("</LocURI></Target>\n<Meta><Format xmlns=\"syncml:metinf\">")
        .append(format)
        .append("</Format><Type xmlns=\"syncml:metinf\">text/plain</Type></Meta>\n<Data>")
        .append(Xml.escape(data))
        .append("</Data>\n</Item>\n</Add>\n");
  }
}
