package io.certferry.profile.catalogue;

import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.ProfileChanged;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.Cause;
import io.certferry.messaging.OutboundEvent;
import io.certferry.messaging.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What every change of the catalogue does beside the change: the revision grows, others are told,
 * the audit trail knows.
 */
@ApplicationScoped
public class CatalogueChanges {

  private static final String GROW =
      """
      insert into catalogue_revision as r (tenant, revision) values (:tenant, 1)
      on conflict (tenant) do update set revision = r.revision + 1
      """;

  private final Outbox outbox;
  private final AuditTrail audit;

  public CatalogueChanges(Outbox outbox, AuditTrail audit) {
    this.outbox = outbox;
    this.audit = audit;
  }

  /**
   * Makes devices look at the catalogue anew. The row's lock also puts a tenant's changes one after
   * another.
   *
   * @param session with the change's transaction open
   */
  public Uni<Void> grow(Mutiny.QueryProducer session, String tenant) {
    return session
        .createNativeQuery(GROW)
        .setParameter("tenant", tenant)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Tells the other services what the profile is now. */
  Uni<Void> publish(Mutiny.QueryProducer session, Profile profile, Cause cause) {
    return outbox.append(session, List.of(event(profile, cause)));
  }

  /** Writes down who did it. */
  public Uni<Void> audit(
      Mutiny.QueryProducer session,
      String tenant,
      String action,
      String actor,
      Object profileId,
      Map<String, String> facts) {
    return audit.append(
        session,
        List.of(
            new AuditEntry(tenant, action, actor, "profile/" + profileId, new TreeMap<>(facts))));
  }

  /** After the commit. */
  void nudge() {
    outbox.nudge();
  }

  static OutboundEvent event(Profile profile, Cause cause) {
    return new OutboundEvent(
        profile.tenant(),
        Topics.PROFILES,
        Keys.of(profile.tenant(), profile.id()),
        new ProfileChanged(
            profile.id(),
            profile.version(),
            profile.settings().kind().id(),
            profile.state(),
            ProfileJson.write(profile.settings())),
        cause);
  }
}
