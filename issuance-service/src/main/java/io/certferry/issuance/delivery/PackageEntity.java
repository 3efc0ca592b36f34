package io.certferry.issuance.delivery;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** A package in a list; its bytes are elsewhere. */
@Entity
@Immutable
@NullUnmarked
@Table(name = "package")
class PackageEntity {

  @Id
  @Column(name = "package_id")
  UUID packageId;

  @Column(name = "request_id")
  UUID requestId;

  @Column String tenant;

  @Column(name = "device_id")
  String deviceId;

  @Column(name = "profile_id")
  UUID profileId;

  @Column int generation;
  @Column String kind;
  @Column String state;
  @Column String sha256;
  @Column long size;

  @Column(name = "forms", columnDefinition = "text[]")
  String[] forms;

  @Column(name = "created_at")
  Instant createdAt;
}
