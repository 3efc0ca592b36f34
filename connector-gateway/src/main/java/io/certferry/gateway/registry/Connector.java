package io.certferry.gateway.registry;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A connector of a tenant, as the database knows it. */
@Entity
@Table(name = "connector")
@IdClass(Connector.Key.class)
class Connector {

  /** Tenant and id. */
  record Key(String tenant, String connectorId) implements Serializable {}

  /** Where a connector stands. */
  enum State {
    /** Reports. */
    ACTIVE,
    /** Has not reported for a while. */
    INACTIVE,
    /** Never again. */
    RETIRED;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static State of(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
  }

  @Id
  @Column(name = "tenant")
  private String tenant;

  @Id
  @Column(name = "connector_id")
  private String connectorId;

  @Column(name = "state")
  private String state;

  @Column(name = "session")
  private @Nullable UUID session;

  @Column(name = "version")
  private String version;

  @Column(name = "roles")
  private String roles;

  @Column(name = "cas")
  private String cas;

  @Column(name = "fips")
  private boolean fips;

  @Column(name = "tls_versions")
  private String tlsVersions;

  @Column(name = "last_error")
  private @Nullable String lastError;

  @Column(name = "registered_at")
  private Instant registeredAt;

  @Column(name = "last_heartbeat_at")
  private Instant lastHeartbeatAt;

  /** For Hibernate. */
  protected Connector() {}

  Connector(String tenant, String connectorId, Instant now) {
    this.tenant = tenant;
    this.connectorId = connectorId;
    this.state = State.ACTIVE.text();
    this.version = "";
    this.roles = "";
    this.cas = "";
    this.tlsVersions = "";
    this.registeredAt = now;
    this.lastHeartbeatAt = now;
  }

  void reports(
      @Nullable UUID by,
      String newVersion,
      List<String> newRoles,
      List<String> newCas,
      ConnectorRuntime runtime,
      Instant now) {
    state = State.ACTIVE.text();
    session = by;
    version = newVersion;
    roles = String.join(",", newRoles);
    cas = String.join(",", newCas);
    fips = runtime.fips();
    tlsVersions = String.join(",", runtime.tlsVersions());
    lastError = runtime.lastError();
    lastHeartbeatAt = now;
  }

  void becomes(State next) {
    state = next.text();
  }

  String connectorId() {
    return connectorId;
  }

  State state() {
    return State.of(state);
  }

  boolean isSessionOf(UUID other) {
    return other.equals(session);
  }

  String version() {
    return version;
  }

  List<String> roles() {
    return split(roles);
  }

  List<String> cas() {
    return split(cas);
  }

  ConnectorRuntime runtime() {
    return new ConnectorRuntime(fips, split(tlsVersions), lastError);
  }

  Instant registeredAt() {
    return registeredAt;
  }

  Instant lastHeartbeatAt() {
    return lastHeartbeatAt;
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(","));
  }
}
