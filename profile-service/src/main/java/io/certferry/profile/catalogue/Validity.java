package io.certferry.profile.catalogue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a certificate lives. A grant needs seconds: a week has 7 days, a month 30, a year 365.
 *
 * @param value at least 1
 */
public record Validity(int value, Unit unit) {

  /** Units of a validity. */
  public enum Unit {
    DAYS(1),
    WEEKS(7),
    MONTHS(30),
    YEARS(365);

    private final int days;

    Unit(int days) {
      this.days = days;
    }

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Unit> of(String id) {
      return Arrays.stream(values()).filter(u -> u.id().equals(id)).findFirst();
    }
  }

  public Duration duration() {
    return Duration.ofDays(Math.multiplyExact((long) value, unit.days));
  }
}
