package io.certferry.profile.evaluation;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.grant.Grant;
import io.certferry.edge.FieldError;
import io.certferry.profile.evaluation.Suitability.Suitable;
import io.certferry.profile.evaluation.Suitability.Unsuitable;
import io.certferry.profile.naming.NamePlan;
import io.certferry.profile.naming.RenderedNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a profile would give to one device.
 *
 * @param assigned whether its assignments cover the device
 * @param state ready, not-applicable or error
 * @param subject rendered, RFC 4514; null for a trusted root or where it cannot be rendered
 * @param subjectAlternativeNames rendered
 * @param errors why it would fail
 */
public record Preview(
    String deviceId,
    @Nullable String userId,
    boolean assigned,
    String state,
    @Nullable String subject,
    List<Grant.SubjectAlternativeName> subjectAlternativeNames,
    List<FieldError> errors) {

  /** Works it out as an evaluation would. */
  public static Preview of(CataloguedProfile profile, DeviceCheckedIn report) {
    Suitability suitability = Suitability.of(profile, report);
    if (suitability instanceof Unsuitable why) {
      return of(
          profile, report, why.state(), List.of(new FieldError("", why.rule(), why.message())));
    }
    NamePlan names = profile.names();
    RenderedNames rendered = names == null ? null : names.render(report);
    if (rendered instanceof RenderedNames.Incomplete incomplete) {
      return of(profile, report, "error", incomplete.errors());
    }
    return rendered instanceof RenderedNames.Complete complete
        ? new Preview(
            report.deviceId(),
            userOf(profile, report, suitability),
            profile.assignments().cover(report),
            "ready",
            complete.subjectText(),
            complete.alternativeNames(),
            List.of())
        : of(profile, report, "ready", List.of());
  }

  private static Preview of(
      CataloguedProfile profile, DeviceCheckedIn report, String state, List<FieldError> errors) {
    return new Preview(
        report.deviceId(),
        report.user() == null ? null : report.user().id(),
        profile.assignments().cover(report),
        state,
        null,
        List.of(),
        errors);
  }

  private static @Nullable String userOf(
      CataloguedProfile profile, DeviceCheckedIn report, Suitability suitability) {
    return suitability instanceof Suitable && profile.isPerUser() && report.user() != null
        ? report.user().id()
        : null;
  }
}
