package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.OwnAuthority.Tier;
import io.certferry.messaging.WorkLoop;
import io.certferry.pki.ca.Crls;
import io.certferry.pki.ca.RevocationReason;
import io.certferry.pki.ca.RevokedCertificate;
import io.certferry.pki.certificate.Certificates.Validity;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes CRLs: as soon as something is revoked (but not more often than the pause allows, so that a
 * mass revocation costs a few lists and not one each; and a list that is long to make rests ten
 * times as long), and once per interval anyway. Numbers grow; two instances that make one at once
 * agree through the table's key. Nothing is signed inside a transaction.
 */
final class CrlPublisher implements AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final int REST_PER_WORK = 10;
  private static final Duration LONGEST_REST = Duration.ofSeconds(30);

  private final Hierarchy hierarchy;
  private final CrlTable table;
  private final BuiltinConfig config;
  private final InstantSource clock;
  private final WorkLoop loop;
  private volatile Runnable housekeeping = () -> {};
  private volatile long lastMade;
  private volatile long lastTook;

  CrlPublisher(
      String caId, Hierarchy hierarchy, CrlTable table, BuiltinConfig config, InstantSource clock) {
    this.hierarchy = hierarchy;
    this.table = table;
    this.config = config;
    this.clock = clock;
    this.lastMade = System.nanoTime() - config.crlPause().toNanos();
    Duration look = config.crlPause().compareTo(LOOK) < 0 ? config.crlPause() : LOOK;
    this.loop = new WorkLoop("builtin-crl-" + caId, 1, look, this::round);
  }

  /** Begins; makes the first CRLs before it returns. */
  void start(Runnable regularly) {
    publishIfDue();
    lastTook = 0; // Of the first, most was starting up.
    housekeeping = regularly;
    loop.start();
  }

  /** Something was revoked and committed. */
  void revocationHappened() {
    loop.nudge();
  }

  /** DER of the newest CRL. */
  byte[] newest(Tier tier) {
    return table
        .newest(tier)
        .map(CrlTable.Published::crl)
        .orElseThrow(() -> new IllegalStateException("no CRL was ever made"));
  }

  @Override
  public void close() {
    loop.stop();
  }

  private Integer round() {
    long rest = Math.min(REST_PER_WORK * lastTook, LONGEST_REST.toNanos());
    long pause = Math.max(config.crlPause().toNanos(), rest);
    if (System.nanoTime() - lastMade < pause) {
      return 0;
    }
    housekeeping.run();
    return publishIfDue();
  }

  private int publishIfDue() {
    int made = 0;
    if (isOld(Tier.ROOT)) {
      publish(Tier.ROOT, hierarchy.root(), List.of());
      made++;
    }
    if (table.hasUnlisted() || isOld(Tier.ISSUING)) {
      long began = System.nanoTime();
      List<CrlTable.Revoked> revoked = table.revoked(clock.instant().minus(config.crlValidity()));
      publish(Tier.ISSUING, hierarchy.issuing(), revoked);
      lastMade = System.nanoTime();
      lastTook = lastMade - began;
      made++;
    }
    return made;
  }

  private boolean isOld(Tier tier) {
    Optional<Instant> made = table.last(tier).map(CrlTable.Last::thisUpdate);
    return made.isEmpty() || !made.get().plus(config.crlInterval()).isAfter(clock.instant());
  }

  private void publish(Tier tier, Authority signer, List<CrlTable.Revoked> revoked) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    long number = table.last(tier).map(CrlTable.Last::number).orElse(0L) + 1;
    Validity window = new Validity(now, now.plus(config.crlValidity()));
    byte[] crl =
        Crls.build(
            BigInteger.valueOf(number),
            window,
            revoked.stream().map(CrlPublisher::entry).toList(),
            signer.key(),
            signer.certificate());
    table.add(
        tier,
        new CrlTable.Published(number, window.notBefore(), window.notAfter(), crl),
        revoked.stream().filter(each -> !each.listed()).map(CrlTable.Revoked::requestId).toList());
  }

  private static RevokedCertificate entry(CrlTable.Revoked revoked) {
    return new RevokedCertificate(
        new BigInteger(revoked.serial(), 16),
        Objects.requireNonNull(revoked.at()),
        RevocationReason.valueOf(revoked.reason()));
  }
}
