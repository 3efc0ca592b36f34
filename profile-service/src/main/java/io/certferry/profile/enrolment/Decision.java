package io.certferry.profile.enrolment;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.Cause;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation decided: this device gets exactly this.
 *
 * @param grant what will be signed
 * @param isNew a new generation; else the command of a known one goes out again with another grant
 * @param contentSha256 see {@link Enrolment#contentSha256()}
 * @param renewalPercent of the lifetime left when renewal begins; null if it is never renewed
 * @param deviceCertificate to which the package will be encrypted
 * @param reportedAt when the device reported what it is granted for
 */
public record Decision(
    Grant grant,
    boolean isNew,
    String contentSha256,
    @Nullable Integer renewalPercent,
    Bytes deviceCertificate,
    Instant reportedAt,
    Cause cause) {

  /** The same with the grant's signature. */
  public Signed signed(String compactJws) {
    return new Signed(this, compactJws);
  }

  /** A decision that can be sent. */
  public record Signed(Decision decision, String grant) {}
}
