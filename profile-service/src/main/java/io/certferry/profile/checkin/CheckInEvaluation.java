package io.certferry.profile.checkin;

import io.certferry.contracts.event.DirectoryUser;
import io.certferry.contracts.metric.ProfileMetrics;
import io.certferry.edge.FieldError;
import io.certferry.messaging.Meters;
import io.certferry.messaging.Outbox;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.profile.checkin.CheckInOutcome.Evaluated;
import io.certferry.profile.checkin.CheckInOutcome.Ignored;
import io.certferry.profile.checkin.CheckInOutcome.Refused;
import io.certferry.profile.checkin.CheckInOutcome.Settled;
import io.certferry.profile.device.Binding;
import io.certferry.profile.device.CertificateVerdict;
import io.certferry.profile.device.DeviceCertificate;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.device.DeviceRow;
import io.certferry.profile.device.DeviceRow.Fingerprint;
import io.certferry.profile.device.DeviceStore;
import io.certferry.profile.device.DeviceStore.Readings;
import io.certferry.profile.device.DeviceTrust;
import io.certferry.profile.device.Fingerprints;
import io.certferry.profile.enrolment.Decision;
import io.certferry.profile.enrolment.Ended;
import io.certferry.profile.enrolment.Enrolment;
import io.certferry.profile.enrolment.EnrolmentKey;
import io.certferry.profile.enrolment.EnrolmentStore;
import io.certferry.profile.enrolment.GrantDecisions;
import io.certferry.profile.enrolment.GrantSigning;
import io.certferry.profile.evaluation.Catalogue;
import io.certferry.profile.evaluation.Catalogues;
import io.certferry.profile.evaluation.CheckIn;
import io.certferry.profile.evaluation.DeviceCase;
import io.certferry.profile.imported.ImportEndings;
import io.certferry.profile.imported.UserImportStore;
import io.certferry.profile.imported.UserImports;
import io.certferry.profile.imported.UserImports.Owner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates check-ins in three steps: one indexed read that settles those which say nothing new;
 * for the others, on a worker thread and without a transaction, certificates, names and signatures;
 * then one transaction. A device whose row changed meanwhile makes the transaction fail, and all
 * begins again: the row's version is what keeps two evaluations of one device apart.
 */
@ApplicationScoped
class CheckInEvaluation {

  private final DeviceStore devices;
  private final EnrolmentStore enrolments;
  private final Catalogues catalogues;
  private final DeviceTrust trust;
  private final GrantSigning signing;
  private final GrantDecisions decisions;
  private final CheckInStore reports;
  private final UserImportStore imports;
  private final ImportEndings importEndings;
  private final LastSeen lastSeen;
  private final Outbox outbox;
  private final Pool pool;
  private final CheckInConfig config;
  private final InstantSource clock;
  private final MeterRegistry metrics;

  CheckInEvaluation(
      DeviceStore devices,
      EnrolmentStore enrolments,
      Catalogues catalogues,
      DeviceTrust trust,
      GrantSigning signing,
      GrantDecisions decisions,
      CheckInStore reports,
      UserImportStore imports,
      ImportEndings importEndings,
      LastSeen lastSeen,
      Outbox outbox,
      Pool pool,
      CheckInConfig config,
      InstantSource clock,
      MeterRegistry metrics) {
    this.devices = devices;
    this.enrolments = enrolments;
    this.catalogues = catalogues;
    this.trust = trust;
    this.signing = signing;
    this.decisions = decisions;
    this.reports = reports;
    this.imports = imports;
    this.importEndings = importEndings;
    this.lastSeen = lastSeen;
    this.outbox = outbox;
    this.pool = pool;
    this.config = config;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Evaluates one report and commits what follows from it. */
  Uni<CheckInOutcome> evaluate(CheckIn checkIn) {
    return Uni.createFrom()
        .deferred(() -> prepare(List.of(checkIn)).chain(this::commit))
        .onFailure(StaleDeviceException.class)
        .retry()
        .atMost(config.attempts());
  }

  private Uni<CheckInOutcome> commit(Prepared prepared) {
    CheckInOutcome outcome = prepared.outcomes().get(0);
    return prepared.writesNothing()
        ? Uni.createFrom().item(outcome)
        : pool.withTransaction(tx -> apply(tx, prepared))
            .invoke(CrashPoint.PROFILE_CHECKIN_AFTER_COMMIT::hit)
            .invoke(outbox::nudge)
            .replaceWith(outcome);
  }

  /** Reads and thinks; writes nothing. */
  Uni<Prepared> prepare(List<CheckIn> checkIns) {
    List<Item> items = checkIns.stream().map(Item::new).toList();
    items.forEach(this::refuseUnreadable);
    Set<DeviceKey> keys =
        items.stream()
            .filter(Item::isOpen)
            .map(item -> item.checkIn.device())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return keys.isEmpty()
        ? Uni.createFrom().item(finished(items))
        : devices.read(pool, keys).chain(readings -> prepare(items, readings));
  }

  /** Writes, or fails with {@link StaleDeviceException} if a device has changed since. */
  Uni<Void> apply(SqlConnection tx, Prepared prepared) {
    if (prepared.writesNothing()) {
      return Uni.createFrom().voidItem();
    }
    List<DeviceRow> rows = prepared.cases().stream().map(DeviceCase::rowToWrite).toList();
    return imports
        .isUnchanged(tx, prepared.imports())
        .invoke(CheckInEvaluation::refuseOutdated)
        .chain(() -> devices.write(tx, rows))
        .invoke(written -> refuseStale(rows, written))
        .chain(
            () -> decisions.end(tx, reborn(prepared), null, null, Ended.RE_ENROLLED, prepared.at()))
        .chain(() -> decisions.end(tx, prepared.endings(), prepared.at()))
        .chain(() -> reports.reports(tx, prepared.cases()))
        .chain(() -> reports.unsuitable(tx, prepared.cases(), prepared.at()))
        .chain(() -> decisions.write(tx, prepared.decisions(), prepared.at()))
        .chain(() -> imports.mark(tx, prepared.importsOfRequests()))
        .chain(() -> importEndings.end(tx, prepared.importEndings(), prepared.at()))
        .chain(() -> decisions.replaced(tx, prepared.replaced(), prepared.at()))
        .invoke(CrashPoint.PROFILE_CHECKIN_BEFORE_COMMIT::hit)
        .replaceWithVoid();
  }

  /** Counts what became of reports, once it has. */
  void count(List<CheckInOutcome> outcomes) {
    outcomes.forEach(outcome -> counter(outcome).increment());
  }

  private Counter counter(CheckInOutcome outcome) {
    String name = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    return Meters.counter(metrics, ProfileMetrics.CHECKINS, name);
  }

  private static void refuseOutdated(boolean unchanged) {
    if (!unchanged) {
      throw new StaleDeviceException();
    }
  }

  private static void refuseStale(List<DeviceRow> rows, Set<DeviceKey> written) {
    if (written.size() < rows.size()) {
      throw new StaleDeviceException();
    }
  }

  private static List<DeviceKey> reborn(Prepared prepared) {
    return prepared.cases().stream()
        .filter(DeviceCase::isReborn)
        .map(device -> device.row().key())
        .toList();
  }

  private void refuseUnreadable(Item item) {
    Instant now = clock.instant();
    List<FieldError> errors = new ArrayList<>();
    CheckInRules.refusalOfDeviceId(item.checkIn.report().deviceId()).ifPresent(errors::add);
    CheckInRules.refusalOfTime(item.checkIn.occurredAt(), now, config.clockSkew())
        .ifPresent(errors::add);
    if (!errors.isEmpty()) {
      item.outcome = new Refused(errors);
    }
  }

  private Uni<Prepared> prepare(List<Item> items, Readings readings) {
    Instant now = clock.instant();
    settle(items, readings, now);
    List<Item> open = items.stream().filter(Item::isOpen).toList();
    if (open.isEmpty()) {
      return Uni.createFrom().item(finished(items));
    }
    Set<DeviceKey> keys = open.stream().map(i -> i.checkIn.device()).collect(Collectors.toSet());
    return catalogues(keys, readings)
        .chain(
            loaded ->
                imports
                    .read(pool, owners(open, loaded))
                    .chain(
                        owned ->
                            enrolments
                                .newest(pool, keys)
                                .emitOn(Infrastructure.getDefaultWorkerPool())
                                .map(
                                    known ->
                                        think(items, open, readings, loaded, owned, known, now))));
  }

  /** The users whose imports matter: none where no profile delivers imports. */
  private static Set<Owner> owners(List<Item> open, Map<String, Catalogue> loaded) {
    Set<Owner> owners = new HashSet<>();
    for (Item item : open) {
      DirectoryUser user = item.checkIn.report().user();
      Catalogue catalogue = loaded.get(item.checkIn.tenant());
      if (user != null
          && user.userPrincipalName() != null
          && catalogue != null
          && catalogue.hasImportedPfx()) {
        owners.add(Owner.of(item.checkIn.tenant(), user.userPrincipalName()));
      }
    }
    return owners;
  }

  /** What follows an unsettled report of the same device has to wait for it. */
  private void settle(List<Item> items, Readings readings, Instant now) {
    Set<DeviceKey> unsettled = new HashSet<>();
    for (Item item : items) {
      if (item.isOpen() && !unsettled.contains(item.checkIn.device())) {
        settle(item, readings, now);
        if (item.isOpen()) {
          unsettled.add(item.checkIn.device());
        }
      }
    }
  }

  /** Recognises, by the row alone, what says nothing new or comes too late. */
  private void settle(Item item, Readings readings, Instant now) {
    DeviceRow row = row(item.checkIn.device(), readings);
    long revision = readings.revisions().getOrDefault(item.checkIn.tenant(), 0L);
    if (row.isNewerThan(item.checkIn.occurredAt())) {
      item.outcome = new Ignored("older");
    } else if (row.settles(item.fingerprint, revision, now)) {
      lastSeen.note(row, item.checkIn.occurredAt());
      item.outcome = new Settled();
    }
  }

  private static DeviceRow row(DeviceKey key, Readings readings) {
    return readings.rows().getOrDefault(key, DeviceRow.unknown(key));
  }

  private Uni<Map<String, Catalogue>> catalogues(Set<DeviceKey> keys, Readings readings) {
    Set<String> tenants = keys.stream().map(DeviceKey::tenant).collect(Collectors.toSet());
    return Multi.createFrom()
        .iterable(tenants)
        .onItem()
        .transformToUniAndConcatenate(
            tenant -> catalogues.at(tenant, readings.revisions().getOrDefault(tenant, 0L)))
        .collect()
        .asMap(Catalogue::tenant);
  }

  private Prepared think(
      List<Item> items,
      List<Item> open,
      Readings readings,
      Map<String, Catalogue> loaded,
      UserImports owned,
      Map<EnrolmentKey, Enrolment> known,
      Instant now) {
    Map<DeviceKey, Map<EnrolmentKey, Enrolment>> byDevice = byDevice(known);
    Map<DeviceKey, DeviceCase> cases = new LinkedHashMap<>();
    for (Item item : open) {
      DeviceKey key = item.checkIn.device();
      DeviceCase device =
          cases.computeIfAbsent(
              key, k -> new DeviceCase(row(k, readings), byDevice.getOrDefault(k, Map.of())));
      Catalogue catalogue = Objects.requireNonNull(loaded.get(key.tenant()));
      item.outcome = evaluate(item, device, catalogue, owned, now);
    }
    List<DeviceCase> changed = cases.values().stream().filter(c -> c.last() != null).toList();
    return new Prepared(outcomes(items), changed, sign(changed), owned, now);
  }

  private CheckInOutcome evaluate(
      Item item, DeviceCase device, Catalogue catalogue, UserImports owned, Instant now) {
    CheckIn checkIn = item.checkIn;
    DeviceRow row = device.row();
    if (row.isNewerThan(checkIn.occurredAt())) {
      return new Ignored("older");
    }
    if (row.isBarred(checkIn.report().enrolmentId())) {
      return new Ignored("device-" + row.state().id());
    }
    if (row.settles(item.fingerprint, catalogue.revision(), now)) {
      return new Settled();
    }
    List<FieldError> errors = CheckInRules.check(checkIn.report());
    if (!errors.isEmpty()) {
      return new Refused(errors);
    }
    CertificateVerdict verdict = judge(checkIn, device);
    if (verdict instanceof CertificateVerdict.Refused refused) {
      return new Refused(List.of(refused.error()));
    }
    DeviceCertificate certificate = ((CertificateVerdict.Accepted) verdict).certificate();
    return new Evaluated(
        device.evaluate(
            checkIn,
            item.fingerprint,
            certificate,
            pinned(checkIn.tenant(), certificate),
            catalogue,
            owned,
            signing,
            now));
  }

  private CertificateVerdict judge(CheckIn checkIn, DeviceCase device) {
    return trust.judge(
        checkIn.tenant(),
        checkIn.report().deviceId(),
        Objects.requireNonNull(checkIn.report().deviceCertificate()),
        Objects.requireNonNullElse(checkIn.report().deviceCertificateChain(), List.of()),
        device.pinnedKeyFor(checkIn));
  }

  private @Nullable String pinned(String tenant, DeviceCertificate certificate) {
    return trust.bindingOf(tenant) == Binding.PINNED ? certificate.keySha256() : null;
  }

  private List<Decision.Signed> sign(List<DeviceCase> cases) {
    return cases.stream().flatMap(c -> c.decisions().stream()).map(signing::sign).toList();
  }

  private static Map<DeviceKey, Map<EnrolmentKey, Enrolment>> byDevice(
      Map<EnrolmentKey, Enrolment> enrolments) {
    Map<DeviceKey, Map<EnrolmentKey, Enrolment>> byDevice = new HashMap<>();
    enrolments.forEach(
        (key, e) -> byDevice.computeIfAbsent(key.device(), d -> new HashMap<>()).put(key, e));
    return byDevice;
  }

  private Prepared finished(List<Item> items) {
    return new Prepared(outcomes(items), List.of(), List.of(), UserImports.NONE, clock.instant());
  }

  private static List<CheckInOutcome> outcomes(List<Item> items) {
    return Arrays.asList(
        items.stream().map(i -> Objects.requireNonNull(i.outcome)).toArray(CheckInOutcome[]::new));
  }

  /** A report on its way through the steps. */
  private static final class Item {
    private final CheckIn checkIn;
    private final Fingerprint fingerprint;
    private @Nullable CheckInOutcome outcome;

    Item(CheckIn checkIn) {
      this.checkIn = checkIn;
      this.fingerprint = Fingerprints.of(checkIn.report());
    }

    boolean isOpen() {
      return outcome == null;
    }
  }
}
