package io.certferry.profile.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.RequestState;
import io.certferry.pki.key.KeySpec;
import io.certferry.profile.assignment.Assignments;
import io.certferry.profile.catalogue.CertificateType;
import io.certferry.profile.catalogue.Platform;
import io.certferry.profile.catalogue.ProfileSettings;
import io.certferry.profile.catalogue.Validity;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.enrolment.Enrolment;
import io.certferry.profile.enrolment.EnrolmentKey;
import io.certferry.profile.enrolment.RenewalWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rule of renewal does to whole fleets, in virtual time. */
class RenewalYearTest {

  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration TICK = Duration.ofHours(1);
  private static final int FLEET = 10_000;
  private static final int PERCENT = 20;
  private static final String KEY = "device key";
  private static final UUID PROFILE_ID = new UUID(1, 1);
  private static final CataloguedProfile PROFILE = profile();

  private final Random random = new Random(7);

  static Stream<Arguments> validities() {
    return Stream.of(
        Arguments.of(Duration.ofDays(365), 1.0, 1.1),
        Arguments.of(Duration.ofDays(90), 4.0, 5.5),
        Arguments.of(Duration.ofDays(7), 57.0, 66.0));
  }

  @ParameterizedTest
  @MethodSource("validities")
  void renewsEachCertificateOfAYearOnceAndInItsWindow(
      Duration validity, double fewest, double most) {
    // Given
    PriorityQueue<Enrolment> byInstant =
        new PriorityQueue<>(Comparator.comparing(RenewalYearTest::instantOf));
    for (int i = 0; i < FLEET; i++) {
      Instant issued = START.plusSeconds(random.nextInt((int) Duration.ofDays(1).toSeconds()));
      byInstant.add(live(i, 1, issued, validity));
    }
    Map<String, Integer> renewals = new HashMap<>();

    // When
    Instant end = START.plus(YEAR);
    for (Instant now = START; now.isBefore(end); now = now.plus(TICK)) {
      while (!instantOf(head(byInstant)).isAfter(now)) {
        Enrolment due = byInstant.remove();
        assertRenewedInTime(due, now);
        Enrolment renewed =
            live(
                Integer.parseInt(due.key().device().deviceId()),
                due.generation() + 1,
                now,
                validity);
        assertNotDue(renewed, now);
        renewals.merge(due.key().device().deviceId() + "/" + due.generation(), 1, Integer::sum);
        byInstant.add(renewed);
      }
      assertNoneIsLate(byInstant, now);
    }

    // Then
    assertThat(renewals.values()).containsOnly(1);
    assertThat((double) renewals.size() / FLEET).isBetween(fewest * 0.8, most);
    assertThat(byInstant).hasSize(FLEET).allMatch(e -> notAfter(e).isAfter(end));
  }

  @ParameterizedTest
  @ValueSource(ints = {365, 90, 7})
  void spreadsTheRenewalsOfOneDaysIssuance(int days) {
    // Given
    Map<Instant, Integer> perHour = new HashMap<>();

    // When
    for (int i = 0; i < 100_000; i++) {
      Instant issued = START.plusSeconds(random.nextInt((int) Duration.ofDays(1).toSeconds()));
      Enrolment certificate = live(i, 1, issued, Duration.ofDays(days));
      perHour.merge(instantOf(certificate).truncatedTo(ChronoUnit.HOURS), 1, Integer::sum);
    }

    // Then
    double mean = 100_000.0 / perHour.size();
    assertThat(perHour.values()).allMatch(renewals -> renewals <= 2 * mean);
    assertThat(perHour).hasSizeGreaterThan(24);
  }

  private void assertRenewedInTime(Enrolment due, Instant now) {
    RenewalWindow window = RenewalWindow.of(notBefore(due), notAfter(due), PERCENT);
    boolean renewed =
        NextStep.of(due, PROFILE, KEY, now).equals(new NextStep.Enrol(due.generation() + 1, true));
    boolean inWindow =
        !now.isBefore(window.opens())
            && !now.isAfter(window.closes().plus(TICK))
            && now.isBefore(notAfter(due));
    boolean notBeforeItsInstant =
        NextStep.of(due, PROFILE, KEY, instantOf(due).minusSeconds(1))
            .equals(new NextStep.Nothing());
    // A plain condition: it is asked half a million times.
    if (!renewed || !inWindow || !notBeforeItsInstant) {
      throw new AssertionError(due + " at " + now + ", window " + window);
    }
  }

  private static void assertNotDue(Enrolment fresh, Instant now) {
    if (!NextStep.of(fresh, PROFILE, KEY, now).equals(new NextStep.Nothing())) {
      throw new AssertionError(fresh + " is due again at " + now);
    }
  }

  private static void assertNoneIsLate(PriorityQueue<Enrolment> fleet, Instant now) {
    Enrolment next = head(fleet);
    assertThat(instantOf(next)).isAfter(now);
    assertThat(notAfter(next)).isAfter(now);
  }

  private static Enrolment head(PriorityQueue<Enrolment> fleet) {
    Enrolment head = fleet.peek();
    if (head == null) {
      throw new IllegalStateException("the fleet is empty");
    }
    return head;
  }

  private static Instant instantOf(Enrolment enrolment) {
    return NextStep.renewalAt(enrolment).orElseThrow();
  }

  private static Instant notBefore(Enrolment enrolment) {
    return required(enrolment.notBefore());
  }

  private static Instant notAfter(Enrolment enrolment) {
    return required(enrolment.notAfter());
  }

  private static Instant required(@Nullable Instant instant) {
    if (instant == null) {
      throw new IllegalStateException("no certificate");
    }
    return instant;
  }

  /** Request ids are UUIDv7: the same millisecond in front for much of a batch. */
  private Enrolment live(int device, int generation, Instant issued, Duration validity) {
    long time = issued.toEpochMilli() << 16 | 0x7000L | random.nextInt(0x1000);
    UUID requestId = new UUID(time, random.nextLong() >>> 2 | 0x8000000000000000L);
    return new Enrolment(
        requestId,
        new EnrolmentKey(new DeviceKey("default", Integer.toString(device)), "u1", PROFILE_ID),
        generation,
        1,
        "content",
        RequestState.INSTALLED,
        KEY,
        "",
        false,
        PERCENT,
        issued,
        issued.plus(validity),
        null);
  }

  private static CataloguedProfile profile() {
    ProfileSettings settings =
        new ProfileSettings.Pkcs(
            "Wi-Fi",
            null,
            EnumSet.of(Platform.IOS),
            "Wi-Fi",
            "user",
            CertificateType.USER,
            "builtin",
            "User",
            KeySpec.EC_256,
            "CN={{UserName}}",
            List.of(),
            List.of("clientAuth"),
            new Validity(1, Validity.Unit.YEARS),
            PERCENT,
            null,
            null);
    return CataloguedProfile.of(PROFILE_ID, 1, settings, Assignments.NONE);
  }
}
