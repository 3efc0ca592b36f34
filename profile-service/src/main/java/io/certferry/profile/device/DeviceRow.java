package io.certferry.profile.device;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a device to judge its next check-in by.
 *
 * @param rowVersion 0 for a device that was never heard of; a write names the version it was worked out from
 * @param fingerprint of the report that was evaluated last; null if none was
 * @param evaluatedRevision the catalogue it was evaluated against
 * @param reevaluateAt the same report needs no second look before
 * @param pinnedKeySha256 the key it is held to where the tenant pins keys
 * @param occurredAt of the newest report or lifecycle event
 */
public record DeviceRow(
    DeviceKey key,
    long rowVersion,
    DeviceState state,
    @Nullable String enrolmentId,
    @Nullable Fingerprint fingerprint,
    long evaluatedRevision,
    Instant reevaluateAt,
    @Nullable String pinnedKeySha256,
    Instant occurredAt,
    @Nullable Instant lastSeenAt) {

  /** Nothing has been heard of the device. */
  public static DeviceRow unknown(DeviceKey key) {
    return new DeviceRow(
        key, 0, DeviceState.ACTIVE, null, null, 0, Instant.EPOCH, null, Instant.EPOCH, null);
  }

  public boolean isKnown() {
    return rowVersion > 0;
  }

  /** Whether a report says nothing that was not evaluated already. */
  public boolean settles(Fingerprint report, long revision, Instant now) {
    return state == DeviceState.ACTIVE
        && report.equals(fingerprint)
        && evaluatedRevision == revision
        && now.isBefore(reevaluateAt);
  }

  /** Whether something newer is known. */
  public boolean isNewerThan(Instant occurred) {
    return isKnown() && occurredAt.isAfter(occurred);
  }

  /** A report of another MDM enrolment, or one after the device left, is of another device under the same name. */
  public boolean isLeftBehindBy(@Nullable String reportedEnrolmentId) {
    return isKnown()
        && (state == DeviceState.UNENROLLED
            || (reportedEnrolmentId != null
                && enrolmentId != null
                && !reportedEnrolmentId.equals(enrolmentId))
            || (state != DeviceState.ACTIVE
                && reportedEnrolmentId != null
                && !reportedEnrolmentId.equals(enrolmentId)));
  }

  /** Whether the device was taken out of use and has not been enrolled anew. */
  public boolean isBarred(@Nullable String reportedEnrolmentId) {
    return state != DeviceState.ACTIVE && !isLeftBehindBy(reportedEnrolmentId);
  }

  /** SHA-256 of what a device reported, but for the time. */
  public static final class Fingerprint {

    private final byte[] sha256;

    public Fingerprint(byte[] sha256) {
      this.sha256 = sha256.clone();
    }

    byte[] toArray() {
      return sha256.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Fingerprint fingerprint
          && Arrays.equals(sha256, fingerprint.sha256);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(sha256);
    }
  }

  /** The time of the last report, if it is known. */
  public Optional<Instant> lastSeen() {
    return Optional.ofNullable(lastSeenAt);
  }
}
