package io.certferry.profile.imported;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.profile.imported.UserImport.State;
import io.certferry.profile.imported.UserImports.Owner;
import io.certferry.profile.imported.UserImports.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which of a user's certificates is current and which are history. */
class UserImportsTest {

  private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");
  private static final Owner ALICE = Owner.of("default", "Alice@Contoso.test");

  private final UserImport oldest = imported(1, -900, -500, State.AVAILABLE);
  private final UserImport last = imported(2, -400, -10, State.AVAILABLE);
  private final UserImport present = imported(3, -30, 335, State.AVAILABLE);

  @Test
  void takesTheLatestThatHasNotEndedForCurrentAndTheOthersForHistory() {
    Wanted wanted = wanted(10, oldest, present, last);
    assertThat(wanted.current()).isEqualTo(present);
    assertThat(wanted.inOrder()).containsExactly(present, last, oldest);
  }

  @Test
  void givesOnlyAsMuchHistoryAsTheProfileAsksFor() {
    assertThat(wanted(1, oldest, last, present).inOrder()).containsExactly(present, last);
    assertThat(wanted(0, oldest, last, present).inOrder()).containsExactly(present);
    assertThat(wanted(0, oldest, last, present).all()).containsExactly(oldest, last, present);
  }

  @Test
  void takesACertificateThatHasEndedForHistoryWhateverItsBeginning() {
    // Given
    UserImport shortLived = imported(4, -5, -1, State.AVAILABLE);

    // Then
    assertThat(wanted(5, shortLived, present).current()).isEqualTo(present);
    assertThat(wanted(5, oldest, last).current()).isNull();
    assertThat(wanted(5, oldest, last).inOrder()).containsExactly(last, oldest);
  }

  @Test
  void neverTakesOneForCurrentThatDoesNotOpen() {
    // Given
    UserImport broken = imported(4, -5, 300, State.FAILED);

    // Then
    assertThat(wanted(5, broken, present).current()).isEqualTo(present);
    assertThat(wanted(5, broken, present).inOrder()).containsExactly(present, broken);
  }

  @Test
  void looksOnlyAtThePurposeOfTheProfile() {
    assertThat(imports(present).wanted(ALICE, "smimeSigning", 5, NOW).inOrder()).isEmpty();
  }

  @Test
  void findsAUserInWhateverCaseTheNameIsWritten() {
    assertThat(
            imports(present)
                .wanted(Owner.of("default", "ALICE@CONTOSO.TEST"), "smimeEncryption", 5, NOW)
                .inOrder())
        .containsExactly(present);
    assertThat(
            imports(present)
                .wanted(Owner.of("other", "alice@contoso.test"), "smimeEncryption", 5, NOW)
                .inOrder())
        .isEmpty();
  }

  private static Wanted wanted(int history, UserImport... all) {
    return imports(all).wanted(ALICE, "smimeEncryption", history, NOW);
  }

  private static UserImports imports(UserImport... all) {
    return new UserImports(Map.of(ALICE, List.of(all)), Map.of());
  }

  private static UserImport imported(int number, int fromDay, int toDay, State state) {
    return new UserImport(
        "default",
        new UUID(1, number),
        "alice@contoso.test",
        "%040X".formatted(number),
        "smimeEncryption",
        NOW.plus(Duration.ofDays(fromDay)),
        NOW.plus(Duration.ofDays(toDay)),
        state,
        null,
        1);
  }
}
