package io.certferry.revocation.view;

import io.certferry.edge.FieldErrors;
import io.certferry.revocation.inventory.Serials;
import io.certferry.revocation.policy.Reason;
import io.certferry.revocation.policy.Trigger;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a person orders: a certificate by issuer and serial, a request, or all that a device has, or
 * all that a profile or a user has on it.
 *
 * @param issuer RFC 4514 name
 * @param serial hexadecimal, whole octets
 * @param profileId narrows a device's requests
 * @param subject narrows a device's requests
 * @param reason RFC 5280 name; the table's when absent
 * @param trigger manual (when absent), key-compromise or lost
 * @param comment for the audit trail
 */
record NewRevocation(
    @Nullable String issuer,
    @Nullable String serial,
    @Nullable UUID requestId,
    @Nullable String deviceId,
    @Nullable UUID profileId,
    @Nullable String subject,
    @Nullable String reason,
    @Nullable String trigger,
    @Nullable String comment) {

  private static final int LONGEST_NAME = 2_048;
  private static final int LONGEST_COMMENT = 1_000;

  private static final Set<Trigger> BY_PEOPLE =
      EnumSet.of(
          Trigger.MANUAL, Trigger.KEY_COMPROMISE, Trigger.CONNECTOR_COMPROMISE, Trigger.LOST);

  /** All that can be said without the database. */
  FieldErrors check() {
    FieldErrors errors = new FieldErrors();
    checkTarget(errors);
    checkReason(errors, reason);
    if (trigger != null) {
      boolean known = Trigger.of(trigger).filter(BY_PEOPLE::contains).isPresent();
      errors.require(
          known,
          "/trigger",
          "trigger-unknown",
          "must be manual, key-compromise, connector-compromise or lost");
    }
    errors.require(
        comment == null || comment.length() <= LONGEST_COMMENT,
        "/comment",
        "size",
        "has at most " + LONGEST_COMMENT + " characters");
    return errors;
  }

  private void checkTarget(FieldErrors errors) {
    boolean certificate = issuer != null || serial != null;
    int targets = (certificate ? 1 : 0) + (requestId != null ? 1 : 0) + (deviceId != null ? 1 : 0);
    errors.require(
        targets == 1, "", "target", "name exactly one of: issuer and serial, requestId, deviceId");
    if (certificate) {
      errors.require(issuer != null && !issuer.isBlank(), "/issuer", "required", "is needed");
      errors.require(
          issuer == null || issuer.length() <= LONGEST_NAME, "/issuer", "size", "is too long");
      checkSerial(errors);
    }
    boolean narrowed = profileId != null || subject != null;
    errors.require(
        !narrowed || deviceId != null,
        "/deviceId",
        "required",
        "profileId and subject narrow the requests of a device");
  }

  private void checkSerial(FieldErrors errors) {
    if (serial == null || serial.isBlank()) {
      errors.add("/serial", "required", "is needed");
    } else {
      Serials.flawOf(serial).ifPresent(f -> errors.add("/serial", f.rule(), f.message()));
    }
  }

  /** What is wrong with a reason code. */
  static void checkReason(FieldErrors errors, @Nullable String reason) {
    if (reason == null || Reason.of(reason).isPresent()) {
      return;
    }
    if (reason.equals("certificateHold") || reason.equals("removeFromCRL")) {
      errors.add("/reason", "reason-not-final", "a hold ends nothing; name a final reason");
    } else {
      errors.add("/reason", "reason-unknown", "is no reason of RFC 5280 section 5.3.1");
    }
  }

  Trigger triggerOrManual() {
    return trigger == null ? Trigger.MANUAL : Trigger.of(trigger).orElse(Trigger.MANUAL);
  }

  @Nullable Reason reasonOrTable() {
    return reason == null ? null : Reason.of(reason).orElse(null);
  }
}
