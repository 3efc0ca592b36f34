package io.certferry.pfximport.delivery;

import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.name.AttributeType;
import io.certferry.pki.name.SubjectAltName;

/** How a device certificate is tied to a deviceId. */
public enum DeviceBinding {
  /** A common name of the subject is the deviceId. */
  SUBJECT_CN {
    @Override
    boolean binds(ParsedCertificate certificate, String deviceId) {
      return certificate.subject().values(AttributeType.CN).contains(deviceId);
    }
  },
  /**
   * A URI in the subject alternative names is the deviceId, or ends with it after a slash or colon.
   */
  SAN_URI {
    @Override
    boolean binds(ParsedCertificate certificate, String deviceId) {
      return certificate.sans().stream()
          .filter(name -> name.type() == SubjectAltName.Type.URI)
          .map(SubjectAltName::value)
          .anyMatch(uri -> names(uri, deviceId));
    }
  },
  /**
   * profile-service pinned the first key it saw; the hash of that key in the signed grant is the
   * binding.
   */
  PINNED {
    @Override
    boolean binds(ParsedCertificate certificate, String deviceId) {
      return true;
    }
  };

  abstract boolean binds(ParsedCertificate certificate, String deviceId);

  private static boolean names(String uri, String deviceId) {
    return uri.equals(deviceId) || uri.endsWith("/" + deviceId) || uri.endsWith(":" + deviceId);
  }
}
