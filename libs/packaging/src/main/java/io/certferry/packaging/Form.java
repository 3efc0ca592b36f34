package io.certferry.packaging;

import java.util.Arrays;
import java.util.Optional;

/** The forms that a package is stored in. */
public enum Form {
  /** CMS AuthEnvelopedData to the device's key (RFC 5083); every package has it. */
  CMS("cms", "application/pkcs7-mime; smime-type=authEnveloped-data"),
  /** Apple configuration profile, its payloads encrypted to the device. */
  MOBILECONFIG("mobileconfig", "application/x-apple-aspen-config"),
  /** OMA DM commands for Windows, the password encrypted to the device. */
  SYNCML("syncml", "application/vnd.syncml.dm+xml"),
  /** The envelope in JSON for agents on Android and Linux. */
  JSON("json", "application/json");

  private final String id;
  private final String contentType;

  Form(String id, String contentType) {
    this.id = id;
    this.contentType = contentType;
  }

  /** As events, URLs and rows name it. */
  public String id() {
    return id;
  }

  public String contentType() {
    return contentType;
  }

  /** Whether nothing but approved algorithms protects it: the others want PKCS #1 v1.5. */
  boolean isApproved() {
    return this == CMS || this == JSON;
  }

  public static Optional<Form> byId(String id) {
    return Arrays.stream(values()).filter(form -> form.id.equals(id)).findFirst();
  }

  /** The platform's own form besides {@link #CMS}. */
  static Form ofPlatform(String platform) {
    return switch (platform) {
      case "ios", "ipados", "macos" -> MOBILECONFIG;
      case "windows" -> SYNCML;
      default -> JSON;
    };
  }
}
