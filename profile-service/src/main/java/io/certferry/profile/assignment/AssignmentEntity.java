package io.certferry.profile.assignment;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.UUID;

/** One line of a profile's assignments; lines are replaced, never changed. */
@Entity
@Table(name = "assignment")
@IdClass(AssignmentEntity.Key.class)
class AssignmentEntity {

  @Id
  @Column(name = "profile_id")
  private UUID profileId;

  @Id private String mode;

  @Id private int position;

  @Column(nullable = false)
  private String tenant;

  @Column(nullable = false)
  private String target;

  @Column(nullable = false)
  private String value;

  /** For Hibernate. */
  @SuppressWarnings("NullAway.Init")
  protected AssignmentEntity() {}

  AssignmentEntity(UUID profileId, String tenant, String mode, int position, Target target) {
    this.profileId = profileId;
    this.tenant = tenant;
    this.mode = mode;
    this.position = position;
    this.target = target.type();
    this.value = target.value();
  }

  boolean isExclusion() {
    return mode.equals("exclude");
  }

  Target toTarget() {
    return Target.of(target, value);
  }

  /**
   * The primary key.
   *
   * @param mode include or exclude
   * @param position in its list, from 0
   */
  record Key(UUID profileId, String mode, int position) implements Serializable {}
}
