package io.certferry.profile.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A profile as it stands now. */
@Entity
@Table(name = "profile")
class ProfileEntity {

  @Id private UUID id;

  @Column(nullable = false, updatable = false)
  private String tenant;

  @Column(nullable = false, updatable = false)
  private String kind;

  @Column(name = "display_name", nullable = false)
  private String displayName;

  @Column(nullable = false)
  private int version;

  @Column(nullable = false)
  private String state;

  @Column(nullable = false)
  private String settings;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "updated_at", nullable = false)
  private Instant updatedAt;

  /** For Hibernate. */
  @SuppressWarnings("NullAway.Init")
  protected ProfileEntity() {}

  ProfileEntity(UUID id, String tenant, ProfileSettings settings, Instant now) {
    this.id = id;
    this.tenant = tenant;
    this.kind = settings.kind().id();
    this.displayName = settings.displayName();
    this.version = 1;
    this.state = "active";
    this.settings = ProfileJson.write(settings).toString();
    this.createdAt = now;
    this.updatedAt = now;
  }

  /** The next version, with other settings. */
  void edit(ProfileSettings edited, Instant now) {
    displayName = edited.displayName();
    settings = ProfileJson.write(edited).toString();
    version++;
    updatedAt = now;
  }

  /** The last version. */
  void delete(Instant now) {
    state = "deleted";
    version++;
    updatedAt = now;
  }

  Profile toProfile() {
    return new Profile(
        id, tenant, version, state, ProfileJson.read(settings), createdAt, updatedAt);
  }
}
