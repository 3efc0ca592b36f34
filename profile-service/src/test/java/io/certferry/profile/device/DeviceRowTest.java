package io.certferry.profile.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.profile.Reports;
import io.certferry.profile.device.DeviceRow.Fingerprint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeviceRowTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final DeviceKey KEY = new DeviceKey("default", "dev-1");

  @Test
  void settlesAReportThatSaysNothingNew() {
    // Given
    Fingerprint report = Fingerprints.of(Reports.of(null, "a"));
    DeviceRow row = row(DeviceState.ACTIVE, null, report);

    // Then
    assertThat(row.settles(Fingerprints.of(Reports.of(null, "a")), 7, NOON)).isTrue();
    assertThat(row.settles(Fingerprints.of(Reports.of(null, "b")), 7, NOON)).isFalse();
    assertThat(row.settles(report, 8, NOON)).isFalse();
    assertThat(row.settles(report, 7, NOON.plusSeconds(60))).isFalse();
    assertThat(row(DeviceState.RETIRED, null, report).settles(report, 7, NOON)).isFalse();
  }

  @Test
  void isLeftBehindByAnotherEnrolmentOrAfterAnUnenrolment() {
    assertThat(row(DeviceState.ACTIVE, "e1", null).isLeftBehindBy("e2")).isTrue();
    assertThat(row(DeviceState.ACTIVE, "e1", null).isLeftBehindBy("e1")).isFalse();
    assertThat(row(DeviceState.ACTIVE, null, null).isLeftBehindBy("e1")).isFalse();
    assertThat(row(DeviceState.ACTIVE, "e1", null).isLeftBehindBy(null)).isFalse();
    assertThat(row(DeviceState.UNENROLLED, null, null).isLeftBehindBy(null)).isTrue();
    assertThat(DeviceRow.unknown(KEY).isLeftBehindBy("e1")).isFalse();
  }

  @Test
  void isBarredOnceTakenOutOfUseUntilItIsEnrolledAnew() {
    assertThat(row(DeviceState.RETIRED, null, null).isBarred(null)).isTrue();
    assertThat(row(DeviceState.WIPED, "e1", null).isBarred("e1")).isTrue();
    assertThat(row(DeviceState.LOST, "e1", null).isBarred("e2")).isFalse();
    assertThat(row(DeviceState.UNENROLLED, "e1", null).isBarred("e1")).isFalse();
    assertThat(row(DeviceState.ACTIVE, "e1", null).isBarred("e1")).isFalse();
  }

  @Test
  void fingerprintsWhateverTheOrder() {
    // Given
    DeviceCheckedIn one = report(List.of("a", "b"), Map.of("x", "1", "y", "2"));
    DeviceCheckedIn other = report(List.of("b", "a"), Map.of("y", "2", "x", "1"));

    // Then
    assertThat(Fingerprints.of(one)).isEqualTo(Fingerprints.of(other));
    assertThat(Fingerprints.of(report(List.of("ab"), Map.of())))
        .isNotEqualTo(Fingerprints.of(report(List.of("a", "b"), Map.of())));
    assertThat(Fingerprints.of(report(List.of(), Map.of("a", "bc"))))
        .isNotEqualTo(Fingerprints.of(report(List.of(), Map.of("ab", "c"))));
  }

  private static DeviceCheckedIn report(List<String> groups, Map<String, String> attributes) {
    return new DeviceCheckedIn(
        "dev-1", "ios", null, null, groups, null, null, attributes, NOON, null);
  }

  private static DeviceRow row(
      DeviceState state, @Nullable String enrolmentId, @Nullable Fingerprint fingerprint) {
    return new DeviceRow(
        KEY, 3, state, enrolmentId, fingerprint, 7, NOON.plusSeconds(60), null, NOON, NOON, NOON);
  }
}
