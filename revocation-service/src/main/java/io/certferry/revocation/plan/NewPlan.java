package io.certferry.revocation.plan;

import io.certferry.edge.FieldErrors;
import io.certferry.revocation.policy.Reason;
import io.certferry.revocation.policy.Trigger;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a mass revocation is to select and why.
 *
 * @param everything must be true for a query without any condition
 * @param trigger mass (when absent), key-compromise or connector-compromise
 * @param reason RFC 5280 name; the table's when absent
 * @param perSecond revocations ordered per second
 */
record NewPlan(
    @Nullable Query query,
    @Nullable Boolean everything,
    @Nullable String trigger,
    @Nullable String reason,
    @Nullable String comment,
    @Nullable Double perSecond) {

  private static final int LONGEST_COMMENT = 1_000;

  private static final Set<Trigger> ALLOWED =
      EnumSet.of(Trigger.MASS, Trigger.KEY_COMPROMISE, Trigger.CONNECTOR_COMPROMISE);

  /**
   * Conditions that all must hold; live certificates only.
   *
   * @param issuedFrom first instant of notBefore
   * @param issuedUntil first instant that is too late
   * @param group DN of a directory group whose members' certificates are meant
   */
  record Query(
      @Nullable String caId,
      @Nullable UUID profileId,
      @Nullable Instant issuedFrom,
      @Nullable Instant issuedUntil,
      @Nullable String group,
      @Nullable String subject,
      @Nullable String deviceId) {

    boolean isEverything() {
      return caId == null
          && profileId == null
          && issuedFrom == null
          && issuedUntil == null
          && group == null
          && subject == null
          && deviceId == null;
    }
  }

  FieldErrors check(double mostPerSecond) {
    FieldErrors errors = new FieldErrors();
    Query conditions = query;
    if (conditions == null) {
      errors.add("/query", "required", "is needed, {} with everything for all certificates");
    } else {
      errors.require(
          !conditions.isEverything() || Boolean.TRUE.equals(everything),
          "/query",
          "selects-everything",
          "has no condition; say everything: true if all certificates are meant");
      Instant from = conditions.issuedFrom();
      Instant until = conditions.issuedUntil();
      errors.require(
          from == null || until == null || from.isBefore(until),
          "/query/issuedUntil",
          "order",
          "must be after issuedFrom");
    }
    errors.require(
        trigger == null || Trigger.of(trigger).filter(ALLOWED::contains).isPresent(),
        "/trigger",
        "trigger-unknown",
        "must be mass, key-compromise or connector-compromise");
    errors.require(
        reason == null || Reason.of(reason).isPresent(),
        "/reason",
        "reason-unknown",
        "is no final reason of RFC 5280 section 5.3.1");
    errors.require(
        comment == null || comment.length() <= LONGEST_COMMENT, "/comment", "size", "is too long");
    errors.require(
        perSecond == null || (perSecond > 0 && perSecond <= mostPerSecond),
        "/perSecond",
        "range",
        "must be above 0 and at most " + mostPerSecond);
    return errors;
  }

  String triggerOrMass() {
    return trigger == null ? Trigger.MASS.code() : trigger;
  }
}
