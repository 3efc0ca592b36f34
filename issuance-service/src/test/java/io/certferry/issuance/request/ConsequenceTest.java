package io.certferry.issuance.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.CaResult;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.contracts.event.RequestState;
import io.certferry.issuance.request.Consequence.Adopts;
import io.certferry.issuance.request.Consequence.Keeps;
import io.certferry.issuance.request.Consequence.Moves;
import io.certferry.issuance.request.Consequence.None;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConsequenceTest {

  private static final UUID ID = UUID.randomUUID();
  private static final NaturalKey KEY =
      new NaturalKey("default", "d", "u", UUID.randomUUID(), "-", 1);
  private static final Set<RequestState> WAITING =
      EnumSet.of(RequestState.SUBMITTING, RequestState.PENDING_AT_CA, RequestState.UNKNOWN_AT_CA);

  @Test
  void adoptsACertificateWhileTheRequestWaitsForIt() {
    for (RequestState state : WAITING) {
      assertThat(Consequence.of(state, 1, issued(1))).isInstanceOf(Adopts.class);
    }
    assertThat(Consequence.of(RequestState.KEYED, 1, issued(1))).isInstanceOf(Adopts.class);
  }

  @Test
  void adoptsACertificateOfAnOlderAttempt() {
    assertThat(Consequence.of(RequestState.SUBMITTING, 3, issued(1))).isEqualTo(new Adopts(1));
  }

  @Test
  void keepsEveryOtherCertificateAsEvidence() {
    for (RequestState state : RequestState.values()) {
      Consequence consequence = Consequence.of(state, 1, issued(1));
      assertThat(consequence).as(state.name()).isNotInstanceOf(None.class);
    }
    assertThat(Consequence.of(RequestState.OFFERED, 1, issued(1))).isEqualTo(new Keeps("EXTRA"));
    assertThat(Consequence.of(RequestState.CANCELLED, 1, issued(1))).isEqualTo(new Keeps("LATE"));
    assertThat(Consequence.of(RequestState.FAILED, 1, issued(1))).isEqualTo(new Keeps("LATE"));
    assertThat(Consequence.of(RequestState.DENIED, 1, issued(1))).isEqualTo(new Keeps("LATE"));
  }

  @Test
  void deniesOnlyWhatWaits() {
    for (RequestState state : RequestState.values()) {
      Consequence consequence = Consequence.of(state, 1, denied(1, "denied-by-ca", true));
      boolean moves = WAITING.contains(state) || state == RequestState.REVOKING;
      assertThat(consequence instanceof Moves).as(state.name()).isEqualTo(moves);
    }
  }

  @Test
  void endsARevocationThatWaitedForACertificateWhenTheCaDenies() {
    assertThat(Consequence.of(RequestState.REVOKING, 1, denied(1, "denied-by-ca", true)))
        .isEqualTo(new Moves(RequestState.REVOKED, "denied-by-ca", "no", 1));
  }

  @Test
  void barsACertificateThatComesAfterTheBarrier() {
    assertThat(Consequence.of(RequestState.REVOKING, 1, issued(1))).isEqualTo(new Keeps("BARRED"));
  }

  @Test
  void waitsForANewerGrantOnlyIfNoCaHeardOfTheOldOne() {
    assertThat(Consequence.of(RequestState.SUBMITTING, 1, denied(1, "grant-expired", false)))
        .isEqualTo(new Moves(RequestState.KEYED, "grant-expired", "no", 1));
    assertThat(Consequence.of(RequestState.SUBMITTING, 1, denied(1, "grant-expired", true)))
        .isEqualTo(new Moves(RequestState.DENIED, "grant-expired", "no", 1));
    assertThat(Consequence.of(RequestState.SUBMITTING, 1, denied(1, "policy-refused", false)))
        .isEqualTo(new Moves(RequestState.DENIED, "policy-refused", "no", 1));
  }

  @Test
  void ignoresADenialOfAnOlderAttempt() {
    assertThat(Consequence.of(RequestState.SUBMITTING, 2, denied(1, "denied-by-ca", true)))
        .isInstanceOf(None.class);
  }

  @Test
  void neverGoesBackFromPendingToUnknownInOneAttempt() {
    assertThat(Consequence.of(RequestState.PENDING_AT_CA, 1, unknown(1))).isInstanceOf(None.class);
    assertThat(Consequence.of(RequestState.PENDING_AT_CA, 1, unknown(2))).isInstanceOf(Moves.class);
    assertThat(Consequence.of(RequestState.UNKNOWN_AT_CA, 1, pending(1))).isInstanceOf(Moves.class);
    assertThat(Consequence.of(RequestState.PENDING_AT_CA, 1, pending(1))).isInstanceOf(None.class);
  }

  @Test
  void ignoresWhatIsOlderThanTheCertificate() {
    for (RequestState state :
        EnumSet.of(RequestState.ISSUED, RequestState.OFFERED, RequestState.INSTALLED)) {
      assertThat(Consequence.of(state, 1, pending(1))).isInstanceOf(None.class);
      assertThat(Consequence.of(state, 1, unknown(2))).isInstanceOf(None.class);
    }
  }

  private static CaResult issued(int attempt) {
    return new CaResult.CertificateIssued(
        ID,
        "ca",
        KEY,
        attempt,
        null,
        Bytes.of(new byte[] {1}),
        List.of(),
        false,
        false,
        Instant.EPOCH);
  }

  private static CaResult denied(int attempt, String code, boolean submitted) {
    return new CaResult.CertificateDenied(
        ID, "ca", KEY, attempt, code, "no", submitted, Instant.EPOCH);
  }

  private static CaResult pending(int attempt) {
    return new CaResult.CertificatePending(ID, "ca", KEY, attempt, null, Instant.EPOCH);
  }

  private static CaResult unknown(int attempt) {
    return new CaResult.OutcomeUnknown(ID, "ca", KEY, attempt, "timeout", "?", Instant.EPOCH);
  }
}
