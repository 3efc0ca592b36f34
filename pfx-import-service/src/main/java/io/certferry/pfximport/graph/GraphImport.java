package io.certferry.pfximport.graph;

import io.certferry.pfximport.imported.ImportedPfx;
import io.certferry.pfximport.imported.Purpose;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants an import to be like; with PATCH, what it did not say stays.
 *
 * @param thumbprint upper case
 * @param blob the PFX as it came; null if it stays
 * @param password its password, encrypted to the import key; null if it stays
 */
record GraphImport(
    String thumbprint,
    Purpose purpose,
    String userPrincipalName,
    Instant start,
    Instant expiration,
    String providerName,
    String keyName,
    PaddingScheme padding,
    @Nullable String keyAlgorithm,
    byte @Nullable [] blob,
    byte @Nullable [] password) {

  private static final Pattern HEX_40 = Pattern.compile("[0-9a-fA-F]{40}");
  private static final Pattern UPN =
      Pattern.compile("[^\\s\\p{Cntrl}/@]{1,254}@[^\\s\\p{Cntrl}/@]{1,254}");
  private static final int LONGEST = 256;

  /**
   * From the body of a POST.
   *
   * @throws GraphException 400 naming the first member that is missing or wrong
   */
  static GraphImport create(GraphBody body) {
    return new GraphImport(
        thumbprint(needed("thumbprint", body.text("thumbprint"))),
        purpose(body.text("intendedPurpose").orElse(Purpose.UNASSIGNED.id())),
        upn(needed("userPrincipalName", body.text("userPrincipalName"))),
        needed("startDateTime", body.instant("startDateTime")),
        needed("expirationDateTime", body.instant("expirationDateTime")),
        name("providerName", body.text("providerName").orElse("")),
        name("keyName", body.text("keyName").orElse("")),
        padding(body.text("paddingScheme").orElse("none")),
        body.text("keyAlgorithm").map(text -> name("keyAlgorithm", text)).orElse(null),
        needed("encryptedPfxBlob", body.bytes("encryptedPfxBlob")),
        needed("encryptedPfxPassword", body.bytes("encryptedPfxPassword")));
  }

  /**
   * From the body of a PATCH. Secrets as answers show them are no new ones.
   *
   * @throws GraphException 400 naming the first member that is wrong
   */
  static GraphImport change(GraphBody body, ImportedPfx old) {
    byte[] blob = body.bytes("encryptedPfxBlob").orElse(null);
    byte[] password = body.bytes("encryptedPfxPassword").orElse(null);
    boolean newBlob = blob != null && blob.length > 1;
    boolean newPassword = password != null && password.length > 0;
    if (newBlob != newPassword) {
      throw GraphException.badRequest(
          "'encryptedPfxBlob' and 'encryptedPfxPassword' change together.");
    }
    return new GraphImport(
        sameThumbprint(body, old),
        purpose(body.text("intendedPurpose").orElse(old.purpose().id())),
        sameUser(body, old),
        body.instant("startDateTime").orElse(old.notBefore()),
        body.instant("expirationDateTime").orElse(old.notAfter()),
        name("providerName", body.text("providerName").orElse(old.providerName())),
        name("keyName", body.text("keyName").orElse(old.keyName())),
        padding(body.text("paddingScheme").orElse(old.paddingScheme())),
        body.text("keyAlgorithm")
            .map(text -> name("keyAlgorithm", text))
            .orElse(old.keyAlgorithm()),
        newBlob ? blob : null,
        newBlob ? password : null);
  }

  private static String sameThumbprint(GraphBody body, ImportedPfx old) {
    String thumbprint =
        body.text("thumbprint").map(GraphImport::thumbprint).orElse(old.thumbprint());
    if (!thumbprint.equals(old.thumbprint())) {
      throw GraphException.badRequest("'thumbprint' is part of the key and cannot be changed.");
    }
    return thumbprint;
  }

  private static String sameUser(GraphBody body, ImportedPfx old) {
    String upn =
        body.text("userPrincipalName").map(GraphImport::upn).orElse(old.shownPrincipalName());
    if (!upn.toLowerCase(Locale.ROOT).equals(old.userPrincipalName())) {
      throw GraphException.badRequest(
          "'userPrincipalName' is part of the key and cannot be changed.");
    }
    return upn;
  }

  private static <T> T needed(String name, Optional<T> value) {
    return value.orElseThrow(() -> GraphException.badRequest("'" + name + "' is missing."));
  }

  private static String thumbprint(String text) {
    if (!HEX_40.matcher(text).matches()) {
      throw GraphException.badRequest(
          "'thumbprint' must be the certificate's SHA-1 in 40 hexadecimal digits.");
    }
    return text.toUpperCase(Locale.ROOT);
  }

  private static Purpose purpose(String text) {
    return Purpose.parse(text)
        .orElseThrow(
            () ->
                GraphException.badRequest(
                    "'intendedPurpose' must be one of unassigned, smimeEncryption, smimeSigning,"
                        + " vpn, wifi."));
  }

  private static PaddingScheme padding(String text) {
    PaddingScheme padding =
        PaddingScheme.parse(text)
            .orElseThrow(
                () ->
                    GraphException.badRequest(
                        "'paddingScheme' must be one of oaepSha256, oaepSha384, oaepSha512."));
    if (padding.hash().isEmpty()) {
      throw GraphException.badRequest(
          "'paddingScheme' " + padding.id() + " is no longer supported: use oaepSha512.");
    }
    return padding;
  }

  private static String upn(String text) {
    if (!UPN.matcher(text).matches()) {
      throw GraphException.badRequest(
          "'userPrincipalName' must be a user principal name, such as alice@contoso.com.");
    }
    return text;
  }

  private static String name(String member, String text) {
    if (text.length() > LONGEST) {
      throw GraphException.badRequest("'" + member + "' has more than " + LONGEST + " characters.");
    }
    return text.replace("\0", "");
  }

  @Override
  public String toString() {
    return "GraphImport[redacted]";
  }
}
