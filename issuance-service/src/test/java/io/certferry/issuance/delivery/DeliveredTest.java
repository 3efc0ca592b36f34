package io.certferry.issuance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeliveredTest {

  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");
  private static final Delivered OFFERED =
      new Delivered(UUID.randomUUID(), "OFFERED", null, null, null, null);

  @Test
  void letsInstalledBeatFailedInEitherOrder() {
    Delivered one = OFFERED.with("failed", "bad password", LATE).with("installed", null, EARLY);
    Delivered other = OFFERED.with("installed", null, EARLY).with("failed", "bad password", LATE);
    assertThat(one.state()).isEqualTo("INSTALLED");
    assertThat(other.state()).isEqualTo("INSTALLED");
    assertThat(one.detail()).isNull();
  }

  @Test
  void keepsTheLaterOfTwoFailures() {
    Delivered one = OFFERED.with("failed", "first", EARLY).with("failed", "second", LATE);
    Delivered other = OFFERED.with("failed", "second", LATE).with("failed", "first", EARLY);
    assertThat(one).isEqualTo(other);
    assertThat(one.detail()).isEqualTo("second");
  }

  @Test
  void changesNothingWhenAReportComesAgain() {
    Delivered installed = OFFERED.with("installed", null, EARLY);
    assertThat(installed.with("installed", null, LATE)).isSameAs(installed);
    Delivered failed = OFFERED.with("failed", "x", EARLY);
    assertThat(failed.with("failed", "x", EARLY)).isSameAs(failed);
  }

  @Test
  void neverBringsAWithdrawnPackageBack() {
    Delivered withdrawn = new Delivered(UUID.randomUUID(), "WITHDRAWN", "x", null, null, null);
    assertThat(withdrawn.with("installed", null, LATE).state()).isEqualTo("WITHDRAWN");
    assertThat(withdrawn.with("installed", null, LATE).installedAt()).isEqualTo(LATE);
    assertThat(withdrawn.with("failed", "y", LATE)).isSameAs(withdrawn);
  }

  @Test
  void remembersTheLatestRemoval() {
    Delivered removed = OFFERED.with("removed", null, LATE).with("removed", null, EARLY);
    assertThat(removed.removedAt()).isEqualTo(LATE);
    assertThat(removed.state()).isEqualTo("OFFERED");
  }
}
