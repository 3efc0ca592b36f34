package io.certferry.issuance.request;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.NullUnmarked;

/** A request for people to look at; the stages write the row with SQL. */
@Entity
@Immutable
@NullUnmarked
@Table(name = "request")
class RequestEntity {

  @Id
  @Column(name = "request_id")
  UUID requestId;

  @Column String tenant;

  @Column(name = "device_id")
  String deviceId;

  @Column String subject;

  @Column(name = "profile_id")
  UUID profileId;

  @Column String item;
  @Column int generation;
  @Column String kind;
  @Column String state;

  @Column(name = "state_since")
  Instant stateSince;

  @Column int version;
  @Column String reason;
  @Column String detail;

  @Column(name = "ca_id")
  String caId;

  @Column Instant deadline;

  @Column(name = "correlation_id")
  String correlationId;

  @Column(name = "accepted_at")
  Instant acceptedAt;

  @Column(name = "keyed_at")
  Instant keyedAt;

  @Column(name = "submitted_at")
  Instant submittedAt;

  @Column(name = "answered_at")
  Instant answeredAt;

  @Column(name = "offered_at")
  Instant offeredAt;

  @Column(name = "installed_at")
  Instant installedAt;

  @Column(name = "destroyed_at")
  Instant destroyedAt;
}
