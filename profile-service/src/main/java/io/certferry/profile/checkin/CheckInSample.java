package io.certferry.profile.checkin;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.edge.FieldErrors;

/**
 * A check-in that an administrator makes up: the same form and rules, but it needs no certificate.
 */
public final class CheckInSample {

  private static final String CERTIFICATE = "/deviceCertificate";

  private CheckInSample() {}

  /**
   * Reads a body.
   *
   * @param errors takes all that is wrong with it; the sample is of use only if nothing is
   */
  public static DeviceCheckedIn read(JsonNode body, FieldErrors errors) {
    FieldErrors all = new FieldErrors();
    DeviceCheckedIn sample = CheckInBody.read(body, all);
    all.toList().stream()
        .filter(e -> !e.field().equals(CERTIFICATE))
        .toList()
        .forEach(e -> errors.add(e.field(), e.rule(), e.message()));
    return sample;
  }
}
