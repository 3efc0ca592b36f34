package io.certferry.pfximport.delivery;

import io.certferry.pfximport.imported.ImportedPfx;
import io.certferry.pfximport.imported.Imports.CertificateDates;
import java.util.UUID;

/** What became of one try. */
sealed interface Outcome {

  /**
   * It was packaged.
   *
   * @param body for issuance-service
   * @param dates what the certificate says about itself
   */
  record Packaged(ImportedPfx pfx, UUID packageId, byte[] body, CertificateDates dates)
      implements Outcome {}

  /** The import itself is to blame: every delivery of it would end so. */
  record ImportFailed(ImportedPfx pfx, String reason, String detail) implements Outcome {}

  /** This delivery cannot work. */
  record Failed(String reason, String detail) implements Outcome {}

  /** Only another command can help. */
  record Stalled(String reason, String detail) implements Outcome {}

  /** The time is not right. */
  record Later(String reason, String detail) implements Outcome {}
}
