package io.certferry.profile.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.RequestState;
import io.certferry.pki.key.KeySpec;
import io.certferry.profile.assignment.Assignments;
import io.certferry.profile.catalogue.CertificateType;
import io.certferry.profile.catalogue.Platform;
import io.certferry.profile.catalogue.ProfileSettings;
import io.certferry.profile.catalogue.Validity;
import io.certferry.profile.device.DeviceKey;
import io.certferry.profile.enrolment.Enrolment;
import io.certferry.profile.enrolment.EnrolmentKey;
import io.certferry.profile.evaluation.NextStep.Enrol;
import io.certferry.profile.evaluation.NextStep.ForNewDeviceKey;
import io.certferry.profile.evaluation.NextStep.Nothing;
import io.certferry.profile.evaluation.NextStep.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NextStepTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final UUID PROFILE = new UUID(1, 1);
  private static final String KEY = "device key";

  @Test
  void beginsWithGenerationOne() {
    assertThat(NextStep.of(null, pkcs(1), KEY, NOW)).isEqualTo(new Enrol(1, false));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ACCEPTED",
        "KEYED",
        "SUBMITTING",
        "ISSUED",
        "PENDING_AT_CA",
        "UNKNOWN_AT_CA",
        "PACKAGED"
      })
  void neverRaisesAnOpenGeneration(RequestState open) {
    Enrolment due = certificate(open, NOW.minus(Duration.ofDays(99)), NOW.plus(Duration.ofDays(1)));
    assertThat(NextStep.of(due, pkcs(1), KEY, NOW)).isEqualTo(new Nothing());
    assertThat(NextStep.of(due, pkcs(2), KEY, NOW)).isEqualTo(new Wait());
    assertThat(NextStep.of(due, pkcs(1), "new key", NOW)).isEqualTo(new ForNewDeviceKey());
  }

  @ParameterizedTest
  @EnumSource(names = {"OFFERED", "INSTALLED", "KEY_DESTROYED"})
  void renewsOnceItsInstantHasCome(RequestState live) {
    Instant notBefore = NOW.minus(Duration.ofDays(80));
    Enrolment due = certificate(live, notBefore, notBefore.plus(Duration.ofDays(100)));
    Instant at = NextStep.renewalAt(due).orElseThrow();
    assertThat(at).isBetween(NOW, NOW.plus(Duration.ofDays(10)));
    assertThat(NextStep.of(due, pkcs(1), KEY, at)).isEqualTo(new Enrol(2, true));
    assertThat(NextStep.of(due, pkcs(1), KEY, at.minusSeconds(1))).isEqualTo(new Nothing());
    assertThat(NextStep.of(due, pkcs(1), KEY, NOW.plus(Duration.ofDays(99))))
        .isEqualTo(new Enrol(2, true));
  }

  @ParameterizedTest
  @EnumSource(names = {"REVOKING", "REVOKED", "CANCELLED"})
  void replacesARevokedCertificateOnlyIfItsCauseIsOver(RequestState revoked) {
    for (String trigger : List.of("key-compromise", "connector-compromise", "mass")) {
      assertThat(NextStep.of(revoked(revoked, trigger), pkcs(1), KEY, NOW))
          .as(trigger)
          .isEqualTo(new Enrol(2, false));
    }
    for (String trigger : List.of("manual", "user-disabled", "user-deleted", "lost")) {
      assertThat(NextStep.of(revoked(revoked, trigger), pkcs(1), KEY, NOW))
          .as(trigger)
          .isEqualTo(new Nothing());
      assertThat(NextStep.of(revoked(revoked, trigger), pkcs(2), KEY, NOW))
          .as(trigger)
          .isEqualTo(new Enrol(2, false));
    }
  }

  @Test
  void bringsNoImportBackWhoseKeyIsCompromised() {
    Enrolment removed = revoked(RequestState.CANCELLED, "key-compromise");
    EnrolmentKey ofImport =
        new EnrolmentKey(removed.key().device(), "u1", PROFILE, "ab".repeat(20));
    assertThat(NextStep.of(with(removed, ofImport), pkcs(1), KEY, NOW)).isEqualTo(new Nothing());
  }

  private static Enrolment with(Enrolment e, EnrolmentKey key) {
    return new Enrolment(
        e.requestId(),
        key,
        e.generation(),
        e.profileVersion(),
        e.contentSha256(),
        e.state(),
        e.deviceKeySha256(),
        e.grant(),
        e.isEnded(),
        e.renewalPercent(),
        e.notBefore(),
        e.notAfter(),
        e.revocationTrigger());
  }

  @Test
  void packagesAnOfferAgainForANewDeviceKeyButLeavesAnInstalledOneAlone() {
    Instant notBefore = NOW.minus(Duration.ofDays(1));
    Instant notAfter = NOW.plus(Duration.ofDays(99));
    assertThat(
            NextStep.of(
                certificate(RequestState.OFFERED, notBefore, notAfter), pkcs(1), "new", NOW))
        .isEqualTo(new ForNewDeviceKey());
    assertThat(
            NextStep.of(
                certificate(RequestState.INSTALLED, notBefore, notAfter), pkcs(1), "new", NOW))
        .isEqualTo(new Nothing());
  }

  @ParameterizedTest
  @EnumSource(names = {"DENIED", "FAILED"})
  void followsARefusedGenerationOnlyWithAnEditedProfile(RequestState refused) {
    assertThat(NextStep.of(enrolment(refused, false), pkcs(1), KEY, NOW)).isEqualTo(new Nothing());
    assertThat(NextStep.of(enrolment(refused, false), pkcs(2), KEY, NOW))
        .isEqualTo(new Enrol(2, false));
  }

  @ParameterizedTest
  @EnumSource(RequestState.class)
  void beginsAnewForAnotherDeviceOfTheSameName(RequestState any) {
    assertThat(NextStep.of(enrolment(any, true), pkcs(1), KEY, NOW)).isEqualTo(new Enrol(2, false));
  }

  @Test
  void replacesAChangedRootOnceTheFormerOneIsDelivered() {
    assertThat(NextStep.of(enrolment(RequestState.OFFERED, false), root(2, "other"), KEY, NOW))
        .isEqualTo(new Enrol(2, false));
    assertThat(NextStep.of(enrolment(RequestState.PACKAGED, false), root(2, "other"), KEY, NOW))
        .isEqualTo(new Wait());
    assertThat(NextStep.of(enrolment(RequestState.INSTALLED, false), root(2, "content"), KEY, NOW))
        .isEqualTo(new Nothing());
  }

  private static Enrolment enrolment(RequestState state, boolean ended) {
    return new Enrolment(
        new UUID(2, 2),
        new EnrolmentKey(new DeviceKey("default", "dev-1"), "u1", PROFILE),
        1,
        1,
        "content",
        state,
        KEY,
        "",
        ended,
        20,
        null,
        null,
        null);
  }

  private static Enrolment certificate(RequestState state, Instant notBefore, Instant notAfter) {
    Enrolment e = enrolment(state, false);
    return new Enrolment(
        e.requestId(),
        e.key(),
        1,
        1,
        e.contentSha256(),
        state,
        KEY,
        "",
        false,
        20,
        notBefore,
        notAfter,
        null);
  }

  private static Enrolment revoked(RequestState state, String trigger) {
    Enrolment e = certificate(state, NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(99)));
    return new Enrolment(
        e.requestId(),
        e.key(),
        1,
        1,
        e.contentSha256(),
        state,
        KEY,
        "",
        false,
        20,
        e.notBefore(),
        e.notAfter(),
        trigger);
  }

  private static CataloguedProfile pkcs(int version) {
    ProfileSettings settings =
        new ProfileSettings.Pkcs(
            "Wi-Fi",
            null,
            EnumSet.of(Platform.IOS),
            "Wi-Fi",
            "user",
            CertificateType.USER,
            "builtin",
            "User",
            KeySpec.EC_256,
            "CN={{UserName}}",
            List.of(),
            List.of("clientAuth"),
            new Validity(1, Validity.Unit.YEARS),
            20,
            null,
            null);
    return CataloguedProfile.of(PROFILE, version, settings, Assignments.NONE);
  }

  private static CataloguedProfile root(int version, String content) {
    ProfileSettings settings =
        new ProfileSettings.TrustedRoot(
            "Root", null, Set.of(Platform.IOS), "Root", "computer-root", Bytes.of(new byte[1]));
    return new CataloguedProfile(PROFILE, version, settings, Assignments.NONE, null, content);
  }
}
