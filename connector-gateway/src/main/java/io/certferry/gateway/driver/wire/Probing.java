package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.ProbeReport.Finding;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Collects what a look at a foreign CA finds, as sentences for an administrator. */
public final class Probing {

  private static final Duration SKEW = Duration.ofMinutes(5);
  private static final Duration SOON = Duration.ofDays(366);

  private final List<Finding> findings = new ArrayList<>();
  private final InstantSource clock;
  private boolean reachable;

  public Probing(InstantSource clock) {
    this.clock = clock;
  }

  public Probing found(String check, boolean well, String sentence) {
    findings.add(new Finding(check, well, sentence));
    return this;
  }

  public Probing fault(String check, Fault fault) {
    findings.add(new Finding(check, false, fault.explanation(), fault.code()));
    return this;
  }

  /** Whether the CA answered at all, and whether its clock agrees with ours. */
  public boolean reached(HttpOutcome outcome) {
    if (outcome instanceof NotSent notSent) {
      fault("reachable", notSent.fault());
    } else if (outcome instanceof Lost lost) {
      fault("reachable", lost.fault());
    } else {
      reachable = true;
      found("reachable", true, "The CA answers.");
      clock((Answer) outcome);
    }
    return reachable;
  }

  private void clock(Answer answer) {
    answer.header("date").ifPresent(this::clock);
  }

  private void clock(String date) {
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration apart = Duration.between(theirs, clock.instant()).abs();
      boolean well = apart.compareTo(SKEW) <= 0;
      found(
          "clock",
          well,
          well
              ? "The clocks agree."
              : "The clocks are " + apart.toSeconds() + " s apart: set the time on both hosts.");
    } catch (DateTimeException e) {
      found("clock", true, "The CA does not tell its time.");
    }
  }

  /** Whether the pinned CA lives long enough. */
  public Probing chain(PinnedChain chain) {
    Instant until = chain.issuing().notAfter();
    boolean expired = until.isBefore(clock.instant());
    boolean well = until.isAfter(clock.instant().plus(SOON));
    String sentence = "The issuing CA is valid until " + until + ".";
    return found(
        "ca-certificate",
        well,
        well
            ? sentence
            : sentence + (expired ? " It issues nothing valid any more." : "") + " Renew the CA.");
  }

  public Probing templates(int count) {
    return found("templates", count > 0, "It offers " + count + " templates.");
  }

  public Probing revocation(boolean can) {
    return found(
        "revoke",
        can,
        can
            ? "This connector can revoke there."
            : "This connector cannot revoke there: revocations wait until somebody revokes at the CA.");
  }

  public ProbeReport report() {
    return new ProbeReport(reachable, List.copyOf(findings));
  }
}
