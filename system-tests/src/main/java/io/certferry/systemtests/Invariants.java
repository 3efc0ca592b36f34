package io.certferry.systemtests;

import static io.certferry.local.ServiceKind.GATEWAY;
import static io.certferry.local.ServiceKind.ISSUANCE;
import static io.certferry.local.ServiceKind.PROFILE;

import io.certferry.local.ServiceKind;
import java.util.List;

/**
 * What must hold once the system is quiet (reliability invariants I1, I2, I5). The number of live
 * certificates comes from the CA's own ledger, never from ours.
 */
final class Invariants {

  private static final String OPEN_REQUESTS =
      """
      select request_id::text || ' ' || device_id || ' ' || state from request
      where state not in ('OFFERED', 'INSTALLED', 'KEY_DESTROYED', 'CANCELLED', 'REVOKED')
      """;

  private static final String OPEN_ENROLMENTS =
      """
      select request_id::text || ' ' || device_id || ' ' || state from enrolment
      where state not in ('OFFERED', 'INSTALLED', 'KEY_DESTROYED', 'CANCELLED', 'REVOKED') and ended_at is null
      """;

  private static final String LIVE_TWICE =
      """
      select use.device_id || ' ' || use.profile_id || ' ' || use.generation || ': ' || count(*)
      from builtin_ca.request r join natural_key_use use on use.spki_sha256 = r.spki_sha256
      where r.status = 'ISSUED'
      group by use.tenant, use.device_id, use.subject, use.profile_id, use.item, use.generation
      having count(*) > 1
      """;

  private static final String UNKNOWN_TO_US =
      """
      select r.id::text || ' ' || r.status from builtin_ca.request r
      where not exists (select 1 from natural_key_use use where use.spki_sha256 = r.spki_sha256)
      """;

  private static final String LIVE_KEYS =
      "select spki_sha256 from builtin_ca.request where status = 'ISSUED'";

  private static final String COMMITTED_KEYS = "select spki_sha256 from request_key";

  private final Databases databases;

  Invariants(Databases databases) {
    this.databases = databases;
  }

  /** Requests and enrolments that are still on their way. */
  List<String> stillOpen() {
    return concat(
        databases.column(PROFILE, OPEN_ENROLMENTS), databases.column(ISSUANCE, OPEN_REQUESTS));
  }

  /** Natural keys with more than one live certificate at the CA. */
  List<String> liveTwice() {
    return databases.column(GATEWAY, LIVE_TWICE);
  }

  /** Requests in the CA's ledger that ours does not know. */
  List<String> unknownToUs() {
    return databases.column(GATEWAY, UNKNOWN_TO_US);
  }

  /** Certificates at the CA whose key issuance-service never committed. */
  List<String> certificatesWithoutCommittedKey() {
    List<String> missing = new java.util.ArrayList<>(databases.column(GATEWAY, LIVE_KEYS));
    missing.removeAll(new java.util.HashSet<>(databases.column(ISSUANCE, COMMITTED_KEYS)));
    return missing;
  }

  /** Live certificates in the CA's ledger for devices with this prefix. */
  long liveCertificates(String devicePrefix) {
    return databases.count(
        GATEWAY,
        """
        select count(*) from builtin_ca.request r
        join natural_key_use use on use.spki_sha256 = r.spki_sha256
        where r.status = 'ISSUED' and use.device_id like ?
        """,
        devicePrefix + "-%");
  }

  /** Packages that were offered to devices with this prefix and not withdrawn. */
  long deliveredPackages(String devicePrefix) {
    return databases.count(
        ISSUANCE,
        "select count(*) from package where kind = 'pkcs' and device_id like ? "
            + "and state in ('OFFERED', 'INSTALLED', 'DESTROYED')",
        devicePrefix + "-%");
  }

  /** Events that have not left a service yet. */
  long unsentEvents() {
    long unsent = 0;
    for (ServiceKind service : List.of(PROFILE, ISSUANCE, GATEWAY)) {
      unsent += databases.count(service, "select count(*) from outbox");
    }
    return unsent;
  }

  private static List<String> concat(List<String> left, List<String> right) {
    return java.util.stream.Stream.concat(left.stream(), right.stream()).toList();
  }
}
