package io.certferry.profile.checkin;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.input.JsonInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the REST form of a report. Unknown members are ignored, as in the event form. */
final class CheckInBody {

  private final JsonInput body;
  private final FieldErrors errors;

  private CheckInBody(JsonInput body) {
    this.body = body;
    this.errors = body.problems();
  }

  /**
   * Reads a body.
   *
   * @param errors takes all that is wrong with it; the report is of use only if nothing is
   */
  static DeviceCheckedIn read(@Nullable JsonNode json, FieldErrors errors) {
    DeviceCheckedIn report = new CheckInBody(JsonInput.of(json, errors)).report();
    CheckInRules.check(report).stream()
        .filter(e -> !JsonInput.concern(errors, e.field()))
        .forEach(e -> errors.add(e.field(), e.rule(), e.message()));
    return report;
  }

  private DeviceCheckedIn report() {
    String deviceId = body.text("deviceId", CheckInRules.MAX_TEXT);
    String platform = body.text("platform", CheckInRules.MAX_TEXT);
    return new DeviceCheckedIn(
        deviceId == null ? "?" : deviceId,
        platform == null ? "?" : platform,
        optional("osVersion"),
        user(),
        body.texts("groups", CheckInRules.MAX_GROUPS, CheckInRules.MAX_TEXT),
        certificate("/deviceCertificate", body.optionalText("deviceCertificate", 60_000)),
        chain(),
        attributes(),
        body.optionalInstant("occurredAt"),
        optional("enrolmentId"));
  }

  private @Nullable String optional(String name) {
    return body.optionalText(name, CheckInRules.MAX_TEXT);
  }

  private @Nullable DirectoryUser user() {
    JsonInput user = body.object("user");
    if (user == null) {
      return null;
    }
    String id = user.text("id", CheckInRules.MAX_TEXT);
    return new DirectoryUser(
        id == null ? "?" : id,
        user.optionalText("userName", CheckInRules.MAX_TEXT),
        user.optionalText("userPrincipalName", CheckInRules.MAX_TEXT),
        user.optionalText("emailAddress", CheckInRules.MAX_TEXT),
        user.optionalText("onPremisesSecurityIdentifier", CheckInRules.MAX_TEXT),
        user.optionalText("onPremisesDistinguishedName", CheckInRules.MAX_TEXT),
        user.optionalText("onPremisesSamAccountName", CheckInRules.MAX_TEXT),
        user.optionalText("commonName", CheckInRules.MAX_TEXT),
        user.optionalText("givenName", CheckInRules.MAX_TEXT),
        user.optionalText("surname", CheckInRules.MAX_TEXT));
  }

  private List<Bytes> chain() {
    List<Bytes> chain = new ArrayList<>();
    List<String> texts = body.texts("deviceCertificateChain", CheckInRules.MAX_CHAIN, 60_000);
    for (int i = 0; i < texts.size(); i++) {
      Bytes certificate = certificate("/deviceCertificateChain/" + i, texts.get(i));
      if (certificate != null) {
        chain.add(certificate);
      }
    }
    return chain;
  }

  private @Nullable Bytes certificate(String field, @Nullable String text) {
    try {
      return text == null ? null : Bytes.fromBase64(text);
    } catch (IllegalArgumentException e) {
      errors.add(field, "not-a-certificate", "must be base64 of DER");
      return null;
    }
  }

  private Map<String, String> attributes() {
    Map<String, String> attributes = new LinkedHashMap<>();
    body.forEachText(
        "attributes", CheckInRules.MAX_ATTRIBUTES, CheckInRules.MAX_TEXT, attributes::put);
    return attributes;
  }
}
