package io.certferry.profile.checkin;

import io.certferry.edge.FieldError;
import java.util.List;
import java.util.UUID;

/** What became of a report. */
sealed interface CheckInOutcome {

  /** It said nothing new. */
  record Settled() implements CheckInOutcome {}

  /** Something newer is known, or the device was taken out of use. */
  record Ignored(String why) implements CheckInOutcome {}

  /** It was evaluated; the requests, if any, are what it led to. */
  record Evaluated(List<UUID> requests) implements CheckInOutcome {}

  /** It breaks rules. */
  record Refused(List<FieldError> errors) implements CheckInOutcome {

    /** All of them in one sentence. */
    String text() {
      return String.join(
          "; ", errors.stream().map(e -> e.field() + " " + e.rule() + ": " + e.message()).toList());
    }
  }
}
