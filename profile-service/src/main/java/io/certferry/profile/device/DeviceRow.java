package io.certferry.profile.device;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a device to judge its next check-in by.
 *
 * @param rowVersion 0 for a device that was never heard of; a write names the version it was worked
 *     out from
 * @param fingerprint of the report that was evaluated last; null if none was
 * @param evaluatedRevision the catalogue it was evaluated against
 * @param reevaluateAt the same report needs no second look before
 * @param pinnedKeySha256 the key it is held to where the tenant pins keys
 * @param bornAt first report of the device as it is enrolled now; null if there was none
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
    @Nullable Instant bornAt,
    Instant occurredAt,
    @Nullable Instant lastSeenAt) {

  /** Nothing has been heard of the device. */
  public static DeviceRow unknown(DeviceKey key) {
    return new DeviceRow(
        key, 0, DeviceState.ACTIVE, null, null, 0, Instant.EPOCH, null, null, Instant.EPOCH, null);
  }

  public boolean isKnown() {
    return rowVersion > 0;
  }

  /** Whether a report says nothing that was not evaluated already. */
  public boolean settles(Fingerprint report, long revision, Instant now) {
    return state == DeviceState.ACTIVE
        && fingerprint != null
        && fingerprint.equals(report)
        && evaluatedRevision == revision
        && now.isBefore(reevaluateAt);
  }

  /** Whether something newer is known. */
  public boolean isNewerThan(Instant occurred) {
    return isKnown() && occurredAt.isAfter(occurred);
  }

  /**
   * A report of another MDM enrolment, or one after the device left, is of another device under the
   * same name.
   */
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

  /** Whether the device as it is enrolled now came after an instant. */
  public boolean isBornAfter(Instant at) {
    return bornAt != null && bornAt.isAfter(at);
  }

  /** The device has left; whatever it reports next is looked at. */
  public DeviceRow left(DeviceState how, Instant at) {
    return new DeviceRow(
        key,
        rowVersion,
        how,
        enrolmentId,
        null,
        evaluatedRevision,
        at,
        null,
        bornAt,
        at.isAfter(occurredAt) ? at : occurredAt,
        lastSeenAt);
  }

  /** Something about it changed; whatever it reports next is looked at. */
  public DeviceRow toLookAt(Instant at) {
    return new DeviceRow(
        key,
        rowVersion,
        state,
        enrolmentId,
        null,
        evaluatedRevision,
        at,
        pinnedKeySha256,
        bornAt,
        at.isAfter(occurredAt) ? at : occurredAt,
        lastSeenAt);
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
      return other instanceof Fingerprint fingerprint && Arrays.equals(sha256, fingerprint.sha256);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(sha256);
    }
  }
}
