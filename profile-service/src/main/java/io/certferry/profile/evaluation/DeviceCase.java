package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.EventIds;
import io.certferry.profile.device.DeviceCertificate;
import io.certferry.profile.device.DeviceRow;
import io.certferry.profile.device.DeviceRow.Fingerprint;
import io.certferry.profile.device.DeviceState;
import io.certferry.profile.enrolment.Decision;
import io.certferry.profile.enrolment.Ended;
import io.certferry.profile.enrolment.Enrolment;
import io.certferry.profile.enrolment.EnrolmentKey;
import io.certferry.profile.enrolment.GrantSigning;
import io.certferry.profile.evaluation.Suitability.Suitable;
import io.certferry.profile.evaluation.Suitability.Unsuitable;
import io.certferry.profile.naming.NamePlan;
import io.certferry.profile.naming.RenderedNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One device while its reports are evaluated, one after another against what the ones before
 * decided. Nothing is written here: the outcome is a row, decisions to sign, and what the device
 * gets nothing of.
 */
public final class DeviceCase {

  /** No certificate outlives it, so nothing is looked at again for its sake. */
  static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  private static final String UNASSIGNED = "profile-unassigned";
  private static final String DELETED = "profile-deleted";
  private static final String EDITED = "profile-edited";
  private static final String RENAMED = "user-renamed";
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMinutes(10);

  private final DeviceRow before;
  private final Map<EnrolmentKey, Enrolment> enrolments;
  private final Map<UUID, Decision> decisions = new LinkedHashMap<>();
  private final Map<String, UnsuitableRow> unsuitable = new LinkedHashMap<>();
  private final Map<UUID, String> endings = new LinkedHashMap<>();
  private final Map<UUID, Ended> replaced = new LinkedHashMap<>();
  private DeviceRow row;
  private final Set<String> subjects = new LinkedHashSet<>(Set.of(NaturalKey.NONE));
  private @Nullable CheckIn last;
  private @Nullable DeviceCertificate certificate;
  private boolean reborn;

  /**
   * @param enrolments newest generations of everything the device has
   */
  public DeviceCase(DeviceRow row, Map<EnrolmentKey, Enrolment> enrolments) {
    this.before = row;
    this.row = row;
    this.enrolments = new HashMap<>(enrolments);
  }

  /** The row with all that was evaluated so far. */
  public DeviceRow row() {
    return row;
  }

  /** The key the device is held to for a report, where its tenant pins keys. */
  public @Nullable String pinnedKeyFor(CheckIn checkIn) {
    return row.isLeftBehindBy(checkIn.report().enrolmentId()) ? null : row.pinnedKeySha256();
  }

  /** The row to write. */
  public DeviceRow rowToWrite() {
    return new DeviceRow(
        before.key(),
        before.rowVersion(),
        row.state(),
        row.enrolmentId(),
        row.fingerprint(),
        row.evaluatedRevision(),
        row.reevaluateAt(),
        row.pinnedKeySha256(),
        row.bornAt(),
        row.occurredAt(),
        row.lastSeenAt());
  }

  /**
   * Whether the reports are of another device than what is stored under this name: what that one
   * had has ended.
   */
  public boolean isReborn() {
    return reborn;
  }

  public List<Decision> decisions() {
    return List.copyOf(decisions.values());
  }

  /** Requests that are no longer wanted since their profile does not target the device any more. */
  public Map<UUID, String> endings() {
    return Map.copyOf(endings);
  }

  /** Certificates that live until the generation which replaces them is installed. */
  public List<Ended> replaced() {
    return List.copyOf(replaced.values());
  }

  public List<UnsuitableRow> unsuitable() {
    return List.copyOf(unsuitable.values());
  }

  /** Whose suitability was judged: the device itself and the users it reported. */
  public Set<String> subjects() {
    return Set.copyOf(subjects);
  }

  /** The newest report that was evaluated. */
  public @Nullable CheckIn last() {
    return last;
  }

  /** The certificate of that report. */
  public @Nullable DeviceCertificate certificate() {
    return certificate;
  }

  /**
   * Evaluates a report.
   *
   * @param pinned the key to hold the device to from now on; null where the tenant does not pin
   *     keys
   * @return requests that it led to
   */
  public List<UUID> evaluate(
      CheckIn checkIn,
      Fingerprint fingerprint,
      DeviceCertificate device,
      @Nullable String pinned,
      Catalogue catalogue,
      GrantSigning signing,
      Instant now) {
    boolean born = row.isLeftBehindBy(checkIn.report().enrolmentId());
    if (born) {
      endAll();
    }
    last = checkIn;
    if (checkIn.report().user() != null) {
      subjects.add(checkIn.report().user().id());
    }
    certificate = device;
    Round round = new Round(checkIn, device, signing, now);
    round.evaluate(catalogue);
    row =
        new DeviceRow(
            before.key(),
            before.rowVersion(),
            DeviceState.ACTIVE,
            checkIn.report().enrolmentId() == null && !born
                ? row.enrolmentId()
                : checkIn.report().enrolmentId(),
            fingerprint,
            catalogue.revision(),
            round.lookAgainAt,
            pinned,
            row.bornAt() == null || born ? checkIn.occurredAt() : row.bornAt(),
            checkIn.occurredAt(),
            checkIn.occurredAt());
    return round.requests;
  }

  private void endAll() {
    reborn = true;
    decisions.clear();
    unsuitable.clear();
    endings.clear();
    replaced.clear();
    enrolments.replaceAll((key, e) -> ended(e));
  }

  private static Enrolment ended(Enrolment e) {
    return new Enrolment(
        e.requestId(),
        e.key(),
        e.generation(),
        e.profileVersion(),
        e.contentSha256(),
        e.state(),
        e.deviceKeySha256(),
        e.grant(),
        true,
        e.renewalPercent(),
        e.notBefore(),
        e.notAfter(),
        e.revocationTrigger());
  }

  /** One report against the catalogue. */
  private final class Round {
    private final CheckIn checkIn;
    private final DeviceCheckedIn report;
    private final DeviceCertificate device;
    private final GrantSigning signing;
    private final Instant now;
    private final List<UUID> requests = new ArrayList<>();
    private Instant lookAgainAt;

    Round(CheckIn checkIn, DeviceCertificate device, GrantSigning signing, Instant now) {
      this.checkIn = checkIn;
      this.report = checkIn.report();
      this.device = device;
      this.signing = signing;
      this.now = now;
      this.lookAgainAt = device.notAfter().isBefore(NEVER) ? device.notAfter() : NEVER;
    }

    void evaluate(Catalogue catalogue) {
      Set<UUID> targeting = new HashSet<>();
      for (CataloguedProfile profile : catalogue.profiles()) {
        if (profile.assignments().cover(report)) {
          targeting.add(profile.id());
          Suitability suitability = Suitability.of(profile, report);
          if (suitability instanceof Suitable suitable) {
            advance(profile, suitable.subject());
          } else if (suitability instanceof Unsuitable why) {
            note(profile, why);
          }
        }
      }
      endUntargeted(catalogue, targeting);
    }

    /** What another user of the device has is not judged by this user's report. */
    private void endUntargeted(Catalogue catalogue, Set<UUID> targeting) {
      for (Enrolment enrolment : List.copyOf(enrolments.values())) {
        EnrolmentKey key = enrolment.key();
        if (!enrolment.isEnded() && isJudged(key) && !targeting.contains(key.profileId())) {
          endings.put(enrolment.requestId(), catalogue.has(key.profileId()) ? UNASSIGNED : DELETED);
          decisions.remove(enrolment.requestId());
          enrolments.put(key, ended(enrolment));
        }
      }
    }

    private boolean isJudged(EnrolmentKey key) {
      return key.subject().equals(NaturalKey.NONE)
          || (report.user() != null && report.user().id().equals(key.subject()));
    }

    private void note(CataloguedProfile profile, Unsuitable why) {
      unsuitable.put(
          profile.id() + "/" + why.subject(),
          new UnsuitableRow(before.key(), profile.id(), profile.version(), why));
    }

    private void advance(CataloguedProfile profile, String subject) {
      unsuitable.remove(profile.id() + "/" + subject);
      EnrolmentKey key = new EnrolmentKey(before.key(), subject, profile.id());
      Enrolment enrolment = enrolments.get(key);
      NextStep next = NextStep.of(enrolment, profile, device.keySha256(), now);
      if (next instanceof NextStep.Enrol enrol) {
        enrol(profile, key, enrol);
      } else if (next instanceof NextStep.Wait) {
        lookAgainBy(now.plus(LOOK_AGAIN_AFTER));
      } else if (enrolment != null && next instanceof NextStep.ForNewDeviceKey) {
        forNewDeviceKey(enrolment);
      } else if (enrolment != null && !replaceIfChanged(profile, enrolment)) {
        NextStep.renewalAt(enrolment).ifPresent(this::lookAgainBy);
      }
    }

    /** A live certificate that says what is no longer so gets a newer generation beside it. */
    private boolean replaceIfChanged(CataloguedProfile profile, Enrolment enrolment) {
      if (!isChanged(profile, enrolment)) {
        return false;
      }
      NaturalKey key = enrolment.key().generation(enrolment.generation());
      boolean edited = profile.version() > enrolment.profileVersion();
      enrol(profile, enrolment.key(), new NextStep.Enrol(enrolment.generation() + 1, false));
      replaced.put(
          enrolment.requestId(), new Ended(enrolment.requestId(), key, edited ? EDITED : RENAMED));
      return true;
    }

    /**
     * A device's own facts are not worth a new certificate; its user's names and the profile are.
     */
    private boolean isChanged(CataloguedProfile profile, Enrolment enrolment) {
      boolean live =
          enrolment.state() == RequestState.OFFERED
              || enrolment.state() == RequestState.INSTALLED
              || enrolment.state() == RequestState.KEY_DESTROYED;
      boolean edited = profile.version() > enrolment.profileVersion();
      NamePlan plan = profile.names();
      if (!live || plan == null || !(edited || profile.isPerUser())) {
        return false;
      }
      return plan.render(report) instanceof RenderedNames.Complete names
          && !Objects.equals(
              GrantDrafts.plan(profile, names, report), GrantSigning.read(enrolment).certificate());
    }

    private void lookAgainBy(Instant at) {
      if (at.isBefore(lookAgainAt) && at.isAfter(now)) {
        lookAgainAt = at;
      }
    }

    private void enrol(CataloguedProfile profile, EnrolmentKey key, NextStep.Enrol enrol) {
      draft(profile, key.generation(enrol.generation()), enrol.renewal());
    }

    private void draft(CataloguedProfile profile, NaturalKey key, boolean renewal) {
      NamePlan plan = profile.names();
      RenderedNames names = plan == null ? null : plan.render(report);
      if (names instanceof RenderedNames.Incomplete incomplete) {
        note(profile, Unsuitable.unrenderable(key.subject(), incomplete.text()));
        return;
      }
      RenderedNames.Complete complete =
          names instanceof RenderedNames.Complete rendered ? rendered : null;
      Grant grant =
          GrantDrafts.of(
              profile,
              complete,
              report,
              device,
              EventIds.next(),
              key,
              renewal,
              now,
              signing.expiryOf(now));
      decide(grant, true, profile.contentSha256(), profile.renewalPercent());
    }

    private void forNewDeviceKey(Enrolment enrolment) {
      Decision pending = decisions.get(enrolment.requestId());
      Grant granted = pending != null ? pending.grant() : GrantSigning.read(enrolment);
      Grant grant = GrantDrafts.forDeviceKey(granted, report, device, now, signing.expiryOf(now));
      decide(grant, isNew(enrolment), enrolment.contentSha256(), enrolment.renewalPercent());
    }

    private boolean isNew(Enrolment enrolment) {
      Decision pending = decisions.get(enrolment.requestId());
      return pending != null && pending.isNew();
    }

    private void decide(
        Grant grant, boolean isNew, String contentSha256, @Nullable Integer renewalPercent) {
      decisions.put(
          grant.requestId(),
          new Decision(
              grant,
              isNew,
              contentSha256,
              renewalPercent,
              device.der(),
              checkIn.occurredAt(),
              checkIn.cause()));
      requests.add(grant.requestId());
      Enrolment pending = pending(grant, contentSha256, renewalPercent);
      enrolments.put(pending.key(), pending);
    }

    private Enrolment pending(Grant grant, String contentSha256, @Nullable Integer renewalPercent) {
      NaturalKey key = grant.naturalKey();
      return new Enrolment(
          grant.requestId(),
          new EnrolmentKey(before.key(), key.subject(), key.profileId()),
          key.generation(),
          grant.profileVersion(),
          contentSha256,
          RequestState.ACCEPTED,
          grant.deviceKeySha256(),
          "",
          false,
          renewalPercent,
          null,
          null,
          null);
    }
  }
}
