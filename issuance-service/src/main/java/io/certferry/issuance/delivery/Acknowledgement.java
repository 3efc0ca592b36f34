package io.certferry.issuance.delivery;

import io.certferry.edge.FieldErrors;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The body of an acknowledgement (DESIGN 6a).
 *
 * @param outcome installed or failed
 * @param detail for people, such as the device's error; at most 1,000 characters
 * @param occurredAt when, by the device's clock; absent means now
 */
public record Acknowledgement(
    @Nullable String outcome, @Nullable String detail, @Nullable Instant occurredAt) {

  private static final int LONGEST_DETAIL = 1_000;

  /** The outcome, once every rule holds. */
  String checked() {
    FieldErrors errors = new FieldErrors();
    boolean known = "installed".equals(outcome) || "failed".equals(outcome);
    if (outcome == null) {
      errors.add("/outcome", "required", "must be installed or failed");
    } else {
      errors.require(known, "/outcome", "enum", "must be installed or failed");
    }
    errors.require(
        detail == null || detail.length() <= LONGEST_DETAIL,
        "/detail",
        "max-length",
        "has at most " + LONGEST_DETAIL + " characters");
    errors.throwIfAny();
    return String.valueOf(outcome);
  }
}
