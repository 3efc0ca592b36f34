package io.certferry.profile.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.grant.JwsKeys;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Cause;
import io.certferry.messaging.EventIds;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Profiles and their history. Each change is one transaction with its version, event and audit
 * entry.
 */
@ApplicationScoped
public class ProfileStore {

  private final CatalogueChanges changes;
  private final InstantSource clock;

  ProfileStore(CatalogueChanges changes, InstantSource clock) {
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Who changes something, and in which story.
   *
   * @param actor the token's subject
   */
  record Change(String tenant, String actor, Cause cause) {}

  Uni<Profile> create(Mutiny.Session session, ProfileSettings settings, Change change) {
    ProfileEntity entity = new ProfileEntity(EventIds.next(), change.tenant(), settings, now());
    return changes
        .grow(session, change.tenant())
        .chain(() -> session.persist(entity))
        .chain(() -> commitTo(session, entity.toProfile(), "profile.created", change));
  }

  Uni<Profile> edit(
      Mutiny.Session session, ProfileEntity entity, ProfileSettings settings, Change change) {
    entity.edit(settings, now());
    return changes
        .grow(session, change.tenant())
        .chain(() -> commitTo(session, entity.toProfile(), "profile.edited", change));
  }

  Uni<Profile> delete(Mutiny.Session session, ProfileEntity entity, Change change) {
    entity.delete(now());
    return changes
        .grow(session, change.tenant())
        .chain(() -> commitTo(session, entity.toProfile(), "profile.deleted", change));
  }

  private Uni<Profile> commitTo(
      Mutiny.Session session, Profile profile, String action, Change change) {
    return session
        .persist(new ProfileVersionEntity(profile, change.actor()))
        .chain(session::flush)
        .chain(() -> changes.publish(session, profile, change.cause()))
        .chain(
            () ->
                changes.audit(
                    session, change.tenant(), action, change.actor(), profile.id(), facts(profile)))
        .replaceWith(profile);
  }

  private static Map<String, String> facts(Profile profile) {
    return Map.of(
        "version", Integer.toString(profile.version()),
        "kind", profile.settings().kind().id(),
        "displayName", profile.settings().displayName(),
        "settingsSha256",
            JwsKeys.sha256Hex(ProfileJson.write(profile.settings()).toString().getBytes(UTF_8)));
  }

  /** An active profile of the tenant; fails with 404. */
  public Uni<Profile> get(Mutiny.Session session, String tenant, UUID id) {
    return session
        .find(ProfileEntity.class, id)
        .map(found -> visible(found == null ? null : found.toProfile(), tenant));
  }

  /** The same for a change: the row stays locked until the transaction ends. */
  Uni<ProfileEntity> lock(Mutiny.Session session, String tenant, UUID id) {
    return session
        .find(ProfileEntity.class, id, LockModeType.PESSIMISTIC_WRITE)
        .invoke(found -> visible(found == null ? null : found.toProfile(), tenant));
  }

  private static Profile visible(@Nullable Profile profile, String tenant) {
    if (profile == null || !profile.tenant().equals(tenant) || !profile.isActive()) {
      throw ProblemException.notFound();
    }
    return profile;
  }

  /** Active profiles in the order of their making, one more than the page holds. */
  Uni<List<Profile>> list(Mutiny.Session session, String tenant, PageRequest page) {
    return session
        .createSelectionQuery(
            "from ProfileEntity where tenant = :tenant and state = 'active' and id > :after order by id",
            ProfileEntity.class)
        .setParameter("tenant", tenant)
        .setParameter("after", page.after().map(c -> c.uuid(0)).orElse(new UUID(0, 0)))
        .setMaxResults(page.fetch())
        .getResultList()
        .map(found -> found.stream().map(ProfileEntity::toProfile).toList());
  }

  /** Versions, newest first; of a deleted profile too. */
  Uni<List<ProfileVersion>> versions(
      Mutiny.Session session, String tenant, UUID id, PageRequest page) {
    return session
        .createSelectionQuery(
            "from ProfileVersionEntity where profileId = :id and tenant = :tenant and version < :before"
                + " order by version desc",
            ProfileVersionEntity.class)
        .setParameter("id", id)
        .setParameter("tenant", tenant)
        .setParameter(
            "before", page.after().map(c -> Math.toIntExact(c.number(0))).orElse(Integer.MAX_VALUE))
        .setMaxResults(page.fetch())
        .getResultList()
        .map(found -> found.stream().map(ProfileVersionEntity::toVersion).toList());
  }

  /** One version; fails with 404. */
  Uni<ProfileVersion> version(Mutiny.Session session, String tenant, UUID id, int version) {
    return session
        .createSelectionQuery(
            "from ProfileVersionEntity where profileId = :id and tenant = :tenant and version = :version",
            ProfileVersionEntity.class)
        .setParameter("id", id)
        .setParameter("tenant", tenant)
        .setParameter("version", version)
        .getSingleResultOrNull()
        .onItem()
        .ifNull()
        .failWith(ProblemException::notFound)
        .map(ProfileVersionEntity::toVersion);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
