package io.certferry.gateway.registry;

import com.fasterxml.jackson.core.type.TypeReference;
import io.certferry.contracts.ContractJson;
import io.certferry.gateway.driver.ProbeReport;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** What a connector's last look at a CA found. */
@Entity
@Table(name = "ca_probe")
@IdClass(CaProbe.Key.class)
class CaProbe {

  /** CA and connector. */
  record Key(String caId, String connectorId) implements Serializable {}

  @Id
  @Column(name = "ca_id")
  private String caId;

  @Id
  @Column(name = "connector_id")
  private String connectorId;

  @Column(name = "probed_at")
  private Instant probedAt;

  @Column(name = "reachable")
  private boolean reachable;

  @Column(name = "findings")
  private String findings;

  /** For Hibernate. */
  protected CaProbe() {}

  CaProbe(String caId, String connectorId, Instant probedAt, ProbeReport report) {
    this.caId = caId;
    this.connectorId = connectorId;
    this.probedAt = probedAt;
    this.reachable = report.reachable();
    this.findings = new String(ContractJson.write(report.findings()), StandardCharsets.UTF_8);
  }

  Instant probedAt() {
    return probedAt;
  }

  boolean reachable() {
    return reachable;
  }

  List<ProbeReport.Finding> findings() {
    try {
      return ContractJson.mapper().readValue(findings, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("a stored probe is not readable", e);
    }
  }
}
