package io.certferry.contracts.event;

import io.certferry.contracts.Bytes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connector's heartbeat: which CAs it reaches and what they offer. profile-service learns its CA
 * directory from it.
 *
 * @param state active, inactive or retired
 * @param roles of issue, revoke
 */
public record ConnectorReported(
    String connectorId,
    String state,
    String version,
    List<String> roles,
    List<Ca> cas,
    Instant at) {

  /**
   * One CA as this connector sees it.
   *
   * @param driver builtin, adcs, est, cmp, scep
   * @param chain DER, issuing CA first, root last
   * @param lastError one sentence, when it is not reachable
   */
  public record Ca(
      String caId,
      String driver,
      boolean reachable,
      boolean canRevoke,
      boolean canSearch,
      List<Bytes> chain,
      List<Template> templates,
      @Nullable String lastError) {}

  /**
   * One template (its cn, not its display name).
   *
   * @param maximumValiditySeconds longest validity that the template and the CA give
   * @param minimumKeySize RSA bits
   * @param keyAlgorithms of RSA, EC
   * @param extendedKeyUsages OIDs that the template allows
   * @param managerApproval requests pend until somebody approves
   */
  public record Template(
      String name,
      String displayName,
      long maximumValiditySeconds,
      int minimumKeySize,
      List<String> keyAlgorithms,
      List<String> extendedKeyUsages,
      boolean managerApproval) {}
}
