package io.certferry.systemtests;

import io.certferry.local.ServiceKind;
import java.util.Map;
import java.util.TreeMap;

/**
 * A checksum of each business table; the replay of every topic must leave them as they are
 * (invariant I15).
 */
final class BusinessRows {

  /** Table to the columns that only say when somebody looked. */
  private static final Map<ServiceKind, Map<String, String>> TABLES =
      Map.of(
          ServiceKind.PROFILE,
          Map.of(
              "profile", "",
              "assignment", "",
              "device", "last_seen_at,row_version",
              "enrolment", "resend_at,resends",
              "enrolment_step", "",
              "package_report", ""),
          ServiceKind.ISSUANCE,
          Map.of(
              "request", "next_attempt_at,lease_owner,lease_until,lease_epoch",
              "request_grant", "",
              "request_key", "",
              "issued", "",
              "certificate", "",
              "package", "",
              "package_form", ""),
          ServiceKind.GATEWAY,
          Map.of(
              "attempt", "",
              "attempt_evidence", "",
              "natural_key_use", "",
              "certificate", "",
              "builtin_ca.request", "listed_in_crl"));

  private BusinessRows() {}

  /** Table name to count and checksum. */
  static Map<String, String> of(Databases databases) {
    Map<String, String> sums = new TreeMap<>();
    TABLES.forEach(
        (service, tables) ->
            tables.forEach(
                (table, ignored) ->
                    sums.put(
                        service.database() + "." + table,
                        sum(databases, service, table, ignored))));
    return sums;
  }

  private static String sum(
      Databases databases, ServiceKind service, String table, String ignored) {
    StringBuilder row = new StringBuilder("to_jsonb(t)");
    for (String column : ignored.isEmpty() ? new String[0] : ignored.split(",")) {
      row.append(" - '").append(column).append('\'');
    }
    return databases
        .column(
            service,
            "select count(*) || ' ' || coalesce(md5(string_agg(h, '' order by h)), '') from "
                + "(select md5(("
                + row
                + ")::text) as h from "
                + table
                + " t) x")
        .get(0);
  }
}
