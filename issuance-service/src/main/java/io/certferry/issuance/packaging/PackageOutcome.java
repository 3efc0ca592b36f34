package io.certferry.issuance.packaging;

import io.certferry.contracts.event.CertificateFacts;
import io.certferry.contracts.grant.Grant;
import io.certferry.packaging.DevicePackages.Built;
import org.jspecify.annotations.Nullable;

/** What the package stage made of a claim. */
sealed interface PackageOutcome {

  PackageClaim claim();

  /**
   * Checked and packaged.
   *
   * @param certificate null for roots alone
   */
  record Offered(
      PackageClaim claim, Grant grant, Built built, @Nullable CertificateFacts certificate)
      implements PackageOutcome {}

  /**
   * The certificate is not what was granted: never delivered.
   *
   * @param revoke whether to take it back
   */
  record Quarantined(PackageClaim claim, String reason, String detail, boolean revoke)
      implements PackageOutcome {}

  /** The grant is refused: nothing is delivered. */
  record Refused(PackageClaim claim, String reason, String detail) implements PackageOutcome {}

  /** The grant has expired before it was used; profile-service signs it again. */
  record Expired(PackageClaim claim) implements PackageOutcome {}

  /** There was no time; somebody else may have it at once. */
  record Unworked(PackageClaim claim) implements PackageOutcome {}

  /** It did not work; later perhaps. */
  record Failed(PackageClaim claim) implements PackageOutcome {}
}
