package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.certferry.contracts.grant.Grant;
import io.certferry.messaging.EventIds;
import io.certferry.profile.catalogue.ProfileSettings;
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
import io.certferry.profile.imported.Ending;
import io.certferry.profile.imported.UserImport;
import io.certferry.profile.imported.UserImports;
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
import java.util.stream.Collectors;
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
  private final Map<UUID, Ending> importEndings = new LinkedHashMap<>();
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

  /** Imports that the device should no longer have. */
  public List<Ending> importEndings() {
    return List.copyOf(importEndings.values());
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
      UserImports imports,
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
    Round round = new Round(checkIn, device, imports, signing, now);
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
    importEndings.clear();
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
    private final UserImports imports;
    private final GrantSigning signing;
    private final Instant now;
    private final List<UUID> requests = new ArrayList<>();
    private Instant lookAgainAt;

    Round(
        CheckIn checkIn,
        DeviceCertificate device,
        UserImports imports,
        GrantSigning signing,
        Instant now) {
      this.checkIn = checkIn;
      this.report = checkIn.report();
      this.device = device;
      this.imports = imports;
      this.signing = signing;
      this.now = now;
      this.lookAgainAt = device.notAfter().isBefore(NEVER) ? device.notAfter() : NEVER;
    }

    void evaluate(Catalogue catalogue) {
      Set<EnrolmentKey> kept = new HashSet<>();
      Set<UUID> targeting = new HashSet<>();
      for (CataloguedProfile profile : catalogue.profiles()) {
        if (profile.assignments().cover(report)) {
          targeting.add(profile.id());
          Suitability suitability = Suitability.of(profile, report);
          if (suitability instanceof Suitable suitable) {
            if (profile.settings() instanceof ProfileSettings.ImportedPfx settings) {
              kept.addAll(advanceImports(profile, settings, suitable.subject()));
            } else {
              advance(profile, suitable.subject());
            }
          } else if (suitability instanceof Unsuitable why) {
            note(profile, why);
          }
        }
      }
      endUntargeted(catalogue, targeting);
      endImportsBut(kept, catalogue);
    }

    /** Delivers a user's imports of a purpose; gives what the device may keep. */
    private Set<EnrolmentKey> advanceImports(
        CataloguedProfile profile, ProfileSettings.ImportedPfx settings, String subject) {
      unsuitable.remove(profile.id() + "/" + subject);
      String upn =
          Objects.requireNonNull(Objects.requireNonNull(report.user()).userPrincipalName());
      UserImports.Wanted wanted =
          imports.wanted(
              UserImports.Owner.of(checkIn.tenant(), upn),
              settings.purpose(),
              settings.history(),
              now);
      if (wanted.inOrder().isEmpty()) {
        note(profile, Unsuitable.withoutImport(subject, settings.purpose()));
      }
      for (UserImport each : wanted.inOrder()) {
        if (each.isAvailable()) {
          advanceImport(profile, subject, each);
        } else {
          note(profile, Unsuitable.importFailed(subject, each));
        }
      }
      List<UserImport> kept = mayGoInto(profile, subject, wanted) ? wanted.inOrder() : wanted.all();
      return kept.stream()
          .map(each -> importKey(profile, subject, each))
          .collect(Collectors.toSet());
    }

    /** Nothing older is taken away before its successor is there. */
    private boolean mayGoInto(
        CataloguedProfile profile, String subject, UserImports.Wanted wanted) {
      UserImport current = wanted.current();
      Enrolment enrolment =
          current == null ? null : enrolments.get(importKey(profile, subject, current));
      boolean there =
          enrolment != null
              && (enrolment.state() == RequestState.INSTALLED
                  || enrolment.state() == RequestState.KEY_DESTROYED);
      boolean surplus = wanted.all().size() > wanted.inOrder().size();
      if (surplus && current != null && !there) {
        lookAgainBy(now.plus(LOOK_AGAIN_AFTER));
      }
      return there;
    }

    private EnrolmentKey importKey(CataloguedProfile profile, String subject, UserImport each) {
      return new EnrolmentKey(before.key(), subject, profile.id(), each.thumbprint());
    }

    private void advanceImport(CataloguedProfile profile, String subject, UserImport imported) {
      EnrolmentKey key = importKey(profile, subject, imported);
      Enrolment enrolment = enrolments.get(key);
      NextStep next = ImportStep.of(enrolment, profile, imported, device.keySha256(), now);
      if (next instanceof NextStep.Enrol enrol) {
        draftImport(profile, imported, EventIds.next(), key.generation(enrol.generation()), true);
      } else if (next instanceof NextStep.Wait) {
        lookAgainBy(now.plus(LOOK_AGAIN_AFTER));
      } else if (enrolment != null && next instanceof NextStep.ForNewDeviceKey) {
        forNewDeviceKey(enrolment);
      } else if (enrolment != null && next instanceof NextStep.Again) {
        draftImport(
            profile,
            imported,
            enrolment.requestId(),
            key.generation(enrolment.generation()),
            isNew(enrolment));
      }
    }

    private void draftImport(
        CataloguedProfile profile,
        UserImport imported,
        UUID requestId,
        NaturalKey key,
        boolean isNew) {
      Grant grant =
          GrantDrafts.ofImport(
              profile, imported, report, device, requestId, key, now, signing.expiryOf(now));
      decide(grant, isNew, imported.contentSha256(), null);
    }

    /** Other users' imports on the device are not this report's business. */
    private void endImportsBut(Set<EnrolmentKey> kept, Catalogue catalogue) {
      Set<UUID> profiles =
          catalogue.profiles().stream().map(CataloguedProfile::id).collect(Collectors.toSet());
      String user = report.user() == null ? null : report.user().id();
      for (Enrolment enrolment : List.copyOf(enrolments.values())) {
        EnrolmentKey key = enrolment.key();
        boolean deleted = !profiles.contains(key.profileId());
        boolean judged = deleted || key.subject().equals(user);
        if (key.isOfImport() && judged && !enrolment.isEnded() && !kept.contains(key)) {
          endImport(enrolment, deleted ? "profile-deleted" : "profile-unassigned");
        }
      }
    }

    /** What another user of the device has is not judged by this user's report. */
    private void endUntargeted(Catalogue catalogue, Set<UUID> targeting) {
      for (Enrolment enrolment : List.copyOf(enrolments.values())) {
        EnrolmentKey key = enrolment.key();
        boolean judged = isJudged(key) && !key.isOfImport();
        if (!enrolment.isEnded() && judged && !targeting.contains(key.profileId())) {
          endings.put(enrolment.requestId(), catalogue.has(key.profileId()) ? UNASSIGNED : DELETED);
          decisions.remove(enrolment.requestId());
          enrolments.put(key, ended(enrolment));
        }
      }
    }

    private void endImport(Enrolment enrolment, String reason) {
      Decision pending = decisions.remove(enrolment.requestId());
      if (pending != null && pending.isNew()) {
        enrolments.remove(enrolment.key());
        return;
      }
      boolean onDevice =
          switch (enrolment.state()) {
            case FAILED, CANCELLED, REVOKING, REVOKED -> false;
            case ACCEPTED, KEYED, SUBMITTING, ISSUED, PENDING_AT_CA, DENIED, UNKNOWN_AT_CA -> true;
            case PACKAGED, OFFERED, INSTALLED, KEY_DESTROYED, SUPERSEDED, QUARANTINED -> true;
          };
      importEndings.put(
          enrolment.requestId(),
          new Ending(
              enrolment.requestId(),
              enrolment.key().generation(enrolment.generation()),
              reason,
              onDevice,
              checkIn.cause()));
      enrolments.put(enrolment.key(), ended(enrolment));
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
          new EnrolmentKey(before.key(), key.subject(), key.profileId(), key.item()),
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
