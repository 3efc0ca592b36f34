package io.certferry.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test moves by hand; safe between threads. */
public final class FakeClock implements InstantSource {

  private Instant now;

  /** A clock that stands still at the given instant. */
  public FakeClock(Instant start) {
    now = start;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Moves it on, or back with a negative step; returns the new instant. */
  public synchronized Instant advance(Duration step) {
    now = now.plus(step);
    return now;
  }

  /** Sets it. */
  public synchronized void set(Instant instant) {
    now = instant;
  }
}
