package io.certferry.profile.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;

/** A profile as it once was; never changed. */
@Entity
@Table(name = "profile_version")
@IdClass(ProfileVersionEntity.Key.class)
class ProfileVersionEntity {

  @Id
  @Column(name = "profile_id")
  private UUID profileId;

  @Id private int version;

  @Column(nullable = false)
  private String tenant;

  @Column(nullable = false)
  private String state;

  @Column(nullable = false)
  private String settings;

  @Column(name = "changed_at", nullable = false)
  private Instant changedAt;

  @Column(name = "changed_by", nullable = false)
  private String changedBy;

  /** For Hibernate. */
  @SuppressWarnings("NullAway.Init")
  protected ProfileVersionEntity() {}

  ProfileVersionEntity(Profile profile, String changedBy) {
    this.profileId = profile.id();
    this.version = profile.version();
    this.tenant = profile.tenant();
    this.state = profile.state();
    this.settings = ProfileJson.write(profile.settings()).toString();
    this.changedAt = profile.updatedAt();
    this.changedBy = changedBy;
  }

  ProfileVersion toVersion() {
    return new ProfileVersion(
        profileId, version, state, ProfileJson.read(settings), changedAt, changedBy);
  }

  /**
   * The primary key.
   *
   * @param profileId whose
   * @param version from 1
   */
  record Key(UUID profileId, int version) implements Serializable {}
}
