package io.certferry.issuance.imported;

import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.edge.ProblemException;
import io.certferry.issuance.grant.GrantCheck;
import io.certferry.issuance.imported.ImportedStore.Known;
import io.certferry.issuance.packaging.PackageStore;
import io.certferry.issuance.packaging.PackageStore.Offer;
import io.certferry.issuance.request.Advance;
import io.certferry.issuance.request.RequestRow;
import io.certferry.issuance.request.RequestStore;
import io.certferry.issuance.request.Withdrawals;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Takes a sealed package and offers it, once: request, bytes, state, events and audit entry in one
 * transaction. The same package again changes nothing and has its recorded state told again.
 */
@Singleton
class TakePackage {

  private final Pool pool;
  private final GrantCheck grants;
  private final ImportedStore store;
  private final RequestStore requests;
  private final PackageStore packages;
  private final Withdrawals withdrawals;
  private final Outbox outbox;

  TakePackage(
      Pool pool,
      GrantCheck grants,
      ImportedStore store,
      RequestStore requests,
      PackageStore packages,
      Withdrawals withdrawals,
      Outbox outbox) {
    this.pool = pool;
    this.grants = grants;
    this.store = store;
    this.requests = requests;
    this.packages = packages;
    this.withdrawals = withdrawals;
    this.outbox = outbox;
  }

  /**
   * What became of it.
   *
   * @param isNew whether it was stored now
   */
  record Taken(boolean isNew) {}

  /**
   * Takes one; its grant is verified first. Fails with {@link ProblemException} 409, 410 or 422.
   *
   * <p>That the grant has expired since is no reason to refuse: it was judged when the package was
   * made, and the same bytes are handed over until they are taken.
   */
  Uni<Taken> take(SealedPackage sealed) {
    Optional<Grant> grant = grants.again(sealed.grantJws());
    if (grant.isEmpty()) {
      throw ProblemException.ruleBroken("/grant", "untrusted", "the grant's signature is refused");
    }
    if (!sealed.isWhatWasGranted(grant.get())) {
      throw ProblemException.ruleBroken(
          "/grant", "mismatch", "the grant is for another request, device key or kind");
    }
    return pool.withTransaction(
            tx -> apply(tx, sealed).invoke(CrashPoint.PFX_TAKE_BEFORE_COMMIT::hit))
        .invoke(CrashPoint.PFX_TAKE_AFTER_COMMIT::hit)
        .invoke(outbox::nudge);
  }

  private Uni<Taken> apply(SqlConnection tx, SealedPackage sealed) {
    return store
        .insertRequest(tx, sealed)
        .chain(() -> store.lock(tx, sealed))
        .flatMap(
            known -> {
              refuseContradiction(sealed, known);
              return isDone(sealed, known)
                  ? store.tellAgain(tx, known, sealed.cause()).replaceWith(new Taken(false))
                  : offer(tx, sealed, known).replaceWith(new Taken(true));
            });
  }

  private static void refuseContradiction(SealedPackage sealed, Known known) {
    if (!known.isAbout(sealed)) {
      throw ProblemException.conflict("request id or natural key are known with another partner");
    }
    if (known.isSamePackageWithOtherBytes(sealed)) {
      throw ProblemException.conflict("this package was taken before with other bytes");
    }
    if (known.hasEnded()) {
      throw ProblemException.gone("the enrolment has ended");
    }
  }

  /** Stored before, or no longer needed because the device has it. */
  private static boolean isDone(SealedPackage sealed, Known known) {
    RequestState state = known.row().state();
    return known.hasPackage(sealed.packageId())
        || state == RequestState.INSTALLED
        || state == RequestState.KEY_DESTROYED;
  }

  private Uni<Void> offer(SqlConnection tx, SealedPackage sealed, Known known) {
    RequestRow row = known.row();
    Advance offered =
        Advance.to(row, RequestState.OFFERED)
            .about(null, sealed.platform())
            .with(sealed.certificate());
    return withdrawals
        .withdraw(tx, List.of(row.requestId()), "packaged-again", sealed.cause())
        .chain(() -> store.remember(tx, sealed))
        .chain(() -> packages.offer(tx, List.of(new Offer(row, sealed.built()))))
        .chain(() -> requests.advance(tx, List.of(offered)))
        .chain(() -> supersede(tx, sealed));
  }

  /** No delivery of an older generation after a newer one (invariant I3). */
  private Uni<Void> supersede(SqlConnection tx, SealedPackage sealed) {
    return store
        .olderOffers(tx, sealed.naturalKey())
        .flatMap(
            older ->
                older.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : withdrawals
                        .withdraw(
                            tx,
                            older.stream().map(RequestRow::requestId).toList(),
                            "superseded",
                            sealed.cause())
                        .chain(
                            () ->
                                requests.advance(
                                    tx,
                                    older.stream()
                                        .map(row -> Advance.to(row, RequestState.SUPERSEDED))
                                        .toList()))
                        .replaceWithVoid());
  }
}
