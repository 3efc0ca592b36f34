package io.certferry.pfximport.imported;

import io.certferry.contracts.Bytes;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.ProblemException;
import io.certferry.pfximport.importkey.ImportKey;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.custody.SealedImport;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the native importer sends: the PFX and its password sealed on the importer's own machine.
 *
 * @param purpose such as smimeEncryption
 * @param certificate DER of the certificate inside: thumbprints and dates are taken from it
 * @param pfxSha256 lower-case hex of the file inside
 * @param importKeySha256 names the import key, as {@code /api/v1/import-keys} shows it
 * @param encryptedKey {@link SealedImport#encryptedKey()}
 * @param sealedPfx {@link SealedImport#pfx()}
 * @param sealedPassword {@link SealedImport#password()}
 * @param replace whether another file of the same certificate is replaced; else it is refused
 */
record NativeImport(
    @Nullable String userPrincipalName,
    @Nullable String purpose,
    @Nullable Bytes certificate,
    @Nullable String pfxSha256,
    @Nullable String importKeySha256,
    @Nullable Bytes encryptedKey,
    @Nullable Bytes sealedPfx,
    @Nullable Bytes sealedPassword,
    boolean replace) {

  private static final Pattern UPN =
      Pattern.compile("[^\\s\\p{Cntrl}/@]{1,254}@[^\\s\\p{Cntrl}/@]{1,254}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_SEALED = 1024 * 1024 + 64;
  private static final int MAX_PASSWORD = 1024 + 64;
  private static final int MAX_KEY = 1024;

  /**
   * Checks everything that can be checked without opening.
   *
   * @throws ProblemException 422 with all that is wrong
   */
  NewImport checked(String tenant, java.util.function.Function<String, Optional<ImportKey>> keys) {
    FieldErrors errors = new FieldErrors();
    String upn = userPrincipalName == null ? "" : userPrincipalName;
    errors.require(
        UPN.matcher(upn).matches(),
        "/userPrincipalName",
        "pattern",
        "must be a user principal name, such as alice@contoso.com");
    Optional<Purpose> wanted = purpose == null ? Optional.empty() : Purpose.parse(purpose);
    errors.require(
        wanted.isPresent(),
        "/purpose",
        "one-of",
        "must be one of unassigned, smimeEncryption, smimeSigning, vpn, wifi");
    String hash = pfxSha256 == null ? "" : pfxSha256;
    errors.require(
        SHA256.matcher(hash).matches(),
        "/pfxSha256",
        "pattern",
        "must be a SHA-256 in lower-case hex");
    Optional<ParsedCertificate> leaf = leaf(errors);
    Optional<ImportKey> key =
        importKeySha256 == null ? Optional.empty() : keys.apply(importKeySha256);
    errors.require(
        key.filter(found -> found.state() != ImportKey.State.RETIRED).isPresent(),
        "/importKeySha256",
        "unknown",
        "must name an import key that is not retired");
    byte[] encrypted = part(errors, "/encryptedKey", encryptedKey, MAX_KEY);
    byte[] pfx = part(errors, "/sealedPfx", sealedPfx, MAX_SEALED);
    byte[] password = part(errors, "/sealedPassword", sealedPassword, MAX_PASSWORD);
    errors.throwIfAny();
    ParsedCertificate certificateInside = leaf.orElseThrow();
    ImportKey sealedTo = key.orElseThrow();
    return new NewImport(
        tenant,
        upn,
        certificateInside.sha1(),
        certificateInside.sha256(),
        wanted.orElseThrow(),
        certificateInside.notBefore(),
        certificateInside.notAfter(),
        sealedTo.providerName(),
        sealedTo.keyName(),
        "oaepSha256",
        null,
        "native",
        hash,
        new SealedImport(sealedTo.spkiSha256(), encrypted, pfx, password));
  }

  private Optional<ParsedCertificate> leaf(FieldErrors errors) {
    try {
      if (certificate != null) {
        return Optional.of(Certificates.parse(certificate.toArray()));
      }
    } catch (PkiException e) {
      // Said below.
    }
    errors.add("/certificate", "certificate", "must be the DER of the certificate inside");
    return Optional.empty();
  }

  private static byte[] part(FieldErrors errors, String field, @Nullable Bytes part, int most) {
    byte[] bytes = part == null ? new byte[0] : part.toArray();
    errors.require(
        bytes.length > 0 && bytes.length <= most,
        field,
        "length",
        "must have 1 to " + most + " bytes");
    return bytes;
  }

  @Override
  public String toString() {
    return "NativeImport[redacted]";
  }
}
