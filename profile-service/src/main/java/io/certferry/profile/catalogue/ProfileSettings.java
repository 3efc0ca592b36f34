package io.certferry.profile.catalogue;

import io.certferry.contracts.Bytes;
import io.certferry.pki.key.KeySpec;
import io.certferry.profile.naming.AlternativeName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an administrator set. Two settings are equal if they deliver the same. */
public sealed interface ProfileSettings {

  ProfileKind kind();

  String displayName();

  @Nullable String description();

  /** At least one. */
  Set<Platform> platforms();

  /** Shown on the device, ASCII. */
  String friendlyName();

  String destinationStore();

  /** Its own rules for the end of its certificates; null if the general table applies. */
  default @Nullable RevocationRules revocation() {
    return null;
  }

  /**
   * A certificate that devices shall trust.
   *
   * @param certificate DER of a CA's certificate
   */
  record TrustedRoot(
      String displayName,
      @Nullable String description,
      Set<Platform> platforms,
      String friendlyName,
      String destinationStore,
      Bytes certificate,
      @Nullable RevocationRules revocation)
      implements ProfileSettings {

    /** One without rules of its own. */
    public TrustedRoot(
        String displayName,
        @Nullable String description,
        Set<Platform> platforms,
        String friendlyName,
        String destinationStore,
        Bytes certificate) {
      this(displayName, description, platforms, friendlyName, destinationStore, certificate, null);
    }

    @Override
    public ProfileKind kind() {
      return ProfileKind.TRUSTED_ROOT;
    }
  }

  /**
   * A certificate with a key of its own, from one of the organisation's CAs.
   *
   * @param certificationAuthority id of the CA, as a connector reports it
   * @param certificateTemplate cn of the template
   * @param subject RFC 4514 with variables
   * @param extendedKeyUsages names or dotted OIDs, as written
   * @param renewalThresholdPercent how much of the lifetime is left when renewal begins, 1 to 99
   * @param keyStorageProvider Windows: tpm-or-software, tpm, software or passport
   */
  record Pkcs(
      String displayName,
      @Nullable String description,
      Set<Platform> platforms,
      String friendlyName,
      String destinationStore,
      CertificateType certificateType,
      String certificationAuthority,
      String certificateTemplate,
      KeySpec keySpec,
      String subject,
      List<AlternativeName> subjectAlternativeNames,
      List<String> extendedKeyUsages,
      Validity validity,
      int renewalThresholdPercent,
      @Nullable String keyStorageProvider,
      @Nullable RevocationRules revocation)
      implements ProfileSettings {

    @Override
    public ProfileKind kind() {
      return ProfileKind.PKCS;
    }

    /** OIDs of the extended key usages. */
    public List<String> extendedKeyUsageOids() {
      return extendedKeyUsages.stream()
          .map(eku -> KeyUsagePurpose.oidOf(eku).orElseThrow())
          .toList();
    }
  }

  /**
   * The certificates that an administrator imported for a user, on each of the user's devices.
   *
   * @param purpose of the imports it delivers, such as smimeEncryption
   * @param history how many of a user's older certificates of that purpose come along, the newest
   *     of them first
   * @param keyStorageProvider Windows: tpm-or-software, tpm, software or passport
   */
  record ImportedPfx(
      String displayName,
      @Nullable String description,
      Set<Platform> platforms,
      String friendlyName,
      String destinationStore,
      String purpose,
      int history,
      @Nullable String keyStorageProvider)
      implements ProfileSettings {

    /** The purposes that imports may have. */
    public static final List<String> PURPOSES =
        List.of("unassigned", "smimeEncryption", "smimeSigning", "vpn", "wifi");

    /** Most older certificates that a profile may ask for, and what it asks for by default. */
    public static final int MAX_HISTORY = 50;

    @Override
    public ProfileKind kind() {
      return ProfileKind.IMPORTED_PFX;
    }
  }
}
