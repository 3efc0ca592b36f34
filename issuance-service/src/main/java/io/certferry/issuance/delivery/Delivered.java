package io.certferry.issuance.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a package on its device. Pure: any order of the same reports ends in the same
 * state.
 *
 * @param state OFFERED, FAILED, INSTALLED, WITHDRAWN or DESTROYED
 */
record Delivered(
    UUID packageId,
    String state,
    @Nullable String detail,
    @Nullable Instant installedAt,
    @Nullable Instant failedAt,
    @Nullable Instant removedAt) {

  /**
   * After a report: installed beats failed whichever came first; of two failures, and of two
   * removals, the later one counts.
   *
   * @param outcome installed, failed or removed
   */
  Delivered with(String outcome, @Nullable String reportedDetail, Instant at) {
    return switch (outcome) {
      case "installed" -> installed(at);
      case "failed" -> failed(reportedDetail, at);
      case "removed" -> removed(at);
      default -> this;
    };
  }

  private Delivered installed(Instant at) {
    if (installedAt != null) {
      return this;
    }
    boolean open = state.equals("OFFERED") || state.equals("FAILED");
    return new Delivered(
        packageId, open ? "INSTALLED" : state, open ? null : detail, at, failedAt, removedAt);
  }

  private Delivered failed(@Nullable String reportedDetail, Instant at) {
    boolean open = state.equals("OFFERED") || state.equals("FAILED");
    boolean news = failedAt == null || at.isAfter(failedAt);
    return open && news
        ? new Delivered(packageId, "FAILED", reportedDetail, installedAt, at, removedAt)
        : this;
  }

  private Delivered removed(Instant at) {
    return removedAt == null || at.isAfter(removedAt)
        ? new Delivered(packageId, state, detail, installedAt, failedAt, at)
        : this;
  }
}
