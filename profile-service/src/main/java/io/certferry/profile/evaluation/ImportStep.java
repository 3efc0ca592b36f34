package io.certferry.profile.evaluation;

import io.certferry.contracts.event.RequestState;
import io.certferry.profile.enrolment.Enrolment;
import io.certferry.profile.imported.UserImport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the delivery of one import to one device needs next. */
final class ImportStep {

  private ImportStep() {}

  /**
   * As with every enrolment; besides, a delivery that failed is tried again once the import was
   * replaced or the device has another key.
   */
  static NextStep of(
      @Nullable Enrolment enrolment,
      CataloguedProfile profile,
      UserImport imported,
      String deviceKey,
      Instant now) {
    if (enrolment != null && !enrolment.isEnded() && enrolment.state() == RequestState.FAILED) {
      boolean another =
          !imported.contentSha256().equals(enrolment.contentSha256())
              || !deviceKey.equals(enrolment.deviceKeySha256());
      return another ? new NextStep.Again() : new NextStep.Nothing();
    }
    return NextStep.of(enrolment, profile, deviceKey, now);
  }
}
