package io.certferry.profile.assignment;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Assignments of profiles; a list is replaced as a whole. */
@ApplicationScoped
class AssignmentStore {

  Uni<Assignments> read(Mutiny.Session session, UUID profileId) {
    return session
        .createSelectionQuery(
            "from AssignmentEntity where profileId = :id order by mode, position",
            AssignmentEntity.class)
        .setParameter("id", profileId)
        .getResultList()
        .map(AssignmentStore::assignments);
  }

  Uni<Void> replace(
      Mutiny.Session session, String tenant, UUID profileId, Assignments assignments) {
    List<AssignmentEntity> lines = new ArrayList<>();
    add(lines, tenant, profileId, "include", assignments.include());
    add(lines, tenant, profileId, "exclude", assignments.exclude());
    return session
        .createMutationQuery("delete from AssignmentEntity where profileId = :id")
        .setParameter("id", profileId)
        .executeUpdate()
        .chain(() -> session.persistAll(lines.toArray()))
        .chain(session::flush);
  }

  private static void add(
      List<AssignmentEntity> lines,
      String tenant,
      UUID profileId,
      String mode,
      List<Target> targets) {
    for (int i = 0; i < targets.size(); i++) {
      lines.add(new AssignmentEntity(profileId, tenant, mode, i, targets.get(i)));
    }
  }

  private static Assignments assignments(List<AssignmentEntity> lines) {
    return new Assignments(
        lines.stream().filter(l -> !l.isExclusion()).map(AssignmentEntity::toTarget).toList(),
        lines.stream()
            .filter(AssignmentEntity::isExclusion)
            .map(AssignmentEntity::toTarget)
            .toList());
  }
}
