package io.certferry.profile.checkin;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.Keys;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.catalogue.Platform;
import io.certferry.profile.input.Characters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a report must look like, whichever way it came. The certificate's own rules are {@link
 * io.certferry.profile.device.DeviceTrust}'s.
 */
final class CheckInRules {

  static final int MAX_TEXT = 1024;
  static final int MAX_GROUPS = 2000;
  static final int MAX_ATTRIBUTES = 100;
  static final int MAX_CHAIN = 5;

  private static final int MAX_CERTIFICATE = 16 * 1024;
  private static final int MAX_ID = 256;
  private static final Pattern SID = Pattern.compile("S-1-\\d{1,14}(-\\d{1,10}){1,15}");

  private final FieldErrors errors = new FieldErrors();

  private CheckInRules() {}

  /** The deviceId's rule alone, cheap enough for every report. */
  static Optional<FieldError> refusalOfDeviceId(String deviceId) {
    return Keys.DEVICE_ID.matcher(deviceId).matches()
        ? Optional.empty()
        : Optional.of(
            new FieldError("/deviceId", "format", "must match " + Keys.DEVICE_ID.pattern()));
  }

  static Optional<FieldError> refusalOfTime(Instant occurredAt, Instant now, Duration skew) {
    return occurredAt.isAfter(now.plus(skew))
        ? Optional.of(new FieldError("/occurredAt", "in-the-future", "lies in the future"))
        : Optional.empty();
  }

  /** All that is wrong with a report. */
  static List<FieldError> check(DeviceCheckedIn report) {
    CheckInRules rules = new CheckInRules();
    rules.report(report);
    return rules.errors.toList();
  }

  private void report(DeviceCheckedIn report) {
    refusalOfDeviceId(report.deviceId()).ifPresent(e -> errors.addAll(List.of(e)));
    if (Platform.of(report.platform()).isEmpty()) {
      errors.add(
          "/platform", "unknown-platform", "must be one of " + String.join(", ", Platform.ids()));
    }
    text("/osVersion", report.osVersion(), MAX_ID);
    text("/enrolmentId", report.enrolmentId(), MAX_ID);
    if (report.user() != null) {
      user(report.user());
    }
    groups(report.groups());
    attributes(report.attributes());
    certificates(report);
  }

  private void user(DirectoryUser user) {
    if (user.id().isBlank() || user.id().equals(NaturalKey.NONE)) {
      errors.add("/user/id", "format", "must name a user");
    }
    text("/user/id", user.id(), MAX_ID);
    text("/user/userName", user.userName(), MAX_TEXT);
    text("/user/userPrincipalName", user.userPrincipalName(), MAX_TEXT);
    text("/user/emailAddress", user.emailAddress(), MAX_TEXT);
    text("/user/onPremisesDistinguishedName", user.onPremisesDistinguishedName(), MAX_TEXT);
    text("/user/onPremisesSamAccountName", user.onPremisesSamAccountName(), MAX_TEXT);
    text("/user/commonName", user.commonName(), MAX_TEXT);
    text("/user/givenName", user.givenName(), MAX_TEXT);
    text("/user/surname", user.surname(), MAX_TEXT);
    String sid = user.onPremisesSecurityIdentifier();
    if (sid != null && !SID.matcher(sid).matches()) {
      errors.add(
          "/user/onPremisesSecurityIdentifier",
          "format",
          "must be a security identifier such as S-1-5-21-1-2-3-1001");
    }
  }

  private void groups(@Nullable List<String> groups) {
    if (groups == null) {
      return;
    }
    if (groups.size() > MAX_GROUPS) {
      errors.add("/groups", "too-many", "may have at most " + MAX_GROUPS + " items");
      return;
    }
    for (int i = 0; i < groups.size(); i++) {
      text("/groups/" + i, groups.get(i), MAX_TEXT);
    }
  }

  private void attributes(@Nullable Map<String, String> attributes) {
    if (attributes == null) {
      return;
    }
    if (attributes.size() > MAX_ATTRIBUTES) {
      errors.add("/attributes", "too-many", "may have at most " + MAX_ATTRIBUTES + " members");
      return;
    }
    attributes.forEach(
        (name, value) -> {
          text("/attributes", name, MAX_ID);
          text("/attributes/" + name.replace("~", "~0").replace("/", "~1"), value, MAX_TEXT);
        });
  }

  private void certificates(DeviceCheckedIn report) {
    Bytes certificate = report.deviceCertificate();
    if (certificate == null) {
      errors.add("/deviceCertificate", "required", "must be given: packages are encrypted to it");
    } else if (certificate.length() > MAX_CERTIFICATE) {
      errors.add("/deviceCertificate", "too-long", "is no device certificate of this size");
    }
    List<Bytes> chain = report.deviceCertificateChain();
    if (chain != null && chain.size() > MAX_CHAIN) {
      errors.add("/deviceCertificateChain", "too-many", "may have at most " + MAX_CHAIN + " items");
    }
  }

  private void text(String field, @Nullable String text, int max) {
    if (text == null) {
      return;
    }
    if (text.length() > max) {
      errors.add(field, "too-long", "may have at most " + max + " characters");
    } else if (!Characters.arePlain(text)) {
      errors.add(field, "format", "must not hold control characters");
    }
  }
}
