package io.certferry.contracts.grant;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.NaturalKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This device may get exactly this certificate (or these roots); the profile version is frozen
 * inside (invariant I17).
 *
 * @param kind pkcs, trusted-root or imported-pfx
 * @param deviceKeySha256 lower-case hex SHA-256 of the device certificate's SPKI
 * @param device what the package's form depends on
 * @param certificate what may be issued; null where nothing is
 * @param roots DER of the trusted roots to deliver with kind trusted-root
 * @param delivery how the MDM should install it
 * @param issuedAt when it was signed
 * @param expiresAt a connector refuses it from then on
 * @param importedPfx which import may be delivered, with kind imported-pfx; else null
 */
public record Grant(
    String kind,
    UUID requestId,
    NaturalKey naturalKey,
    int profileVersion,
    String deviceKeySha256,
    DeviceFacts device,
    @Nullable CertificatePlan certificate,
    List<Bytes> roots,
    Delivery delivery,
    boolean renewal,
    Instant issuedAt,
    Instant expiresAt,
    @Nullable ImportedPfx importedPfx) {

  @JsonCreator
  public Grant {}

  /** A grant of what is issued or trusted. */
  public Grant(
      String kind,
      UUID requestId,
      NaturalKey naturalKey,
      int profileVersion,
      String deviceKeySha256,
      DeviceFacts device,
      @Nullable CertificatePlan certificate,
      List<Bytes> roots,
      Delivery delivery,
      boolean renewal,
      Instant issuedAt,
      Instant expiresAt) {
    this(
        kind,
        requestId,
        naturalKey,
        profileVersion,
        deviceKeySha256,
        device,
        certificate,
        roots,
        delivery,
        renewal,
        issuedAt,
        expiresAt,
        null);
  }

  /**
   * The import of a user, as profile-service knew it.
   *
   * @param userPrincipalName lower case: whose it is
   * @param purpose such as smimeEncryption
   */
  public record ImportedPfx(UUID importId, String userPrincipalName, String purpose) {}

  /** Platform and OS version choose the PKCS#12 profile and the platform form. */
  public record DeviceFacts(String platform, @Nullable String osVersion) {}

  /**
   * Exactly what may be issued.
   *
   * @param template cn of the template
   * @param subject RDNs from the root outwards as written in the profile, each a list of attributes
   *     (several only in a multi-valued RDN)
   * @param sid the user's security identifier for strong mapping, as the directory has it
   * @param extendedKeyUsages OIDs
   * @param keyAlgorithm RSA or EC
   * @param keySize bits
   */
  public record CertificatePlan(
      String caId,
      String template,
      List<List<NameAttribute>> subject,
      List<SubjectAlternativeName> subjectAlternativeNames,
      @Nullable String sid,
      List<String> extendedKeyUsages,
      String keyAlgorithm,
      int keySize,
      long validitySeconds) {}

  /** One attribute of a name: its short type (CN, OU, …) and its value as text, not escaped. */
  public record NameAttribute(String type, String value) {}

  /** One alternative name; type is upn, email, dns, uri or ip. */
  public record SubjectAlternativeName(String type, String value) {}

  /**
   * @param friendlyName shown on the device, ASCII
   * @param store destination store, such as computer-root or user
   * @param keyStorageProvider Windows: tpm-or-software, tpm, software, passport
   */
  public record Delivery(
      String friendlyName, @Nullable String store, @Nullable String keyStorageProvider) {}
}
