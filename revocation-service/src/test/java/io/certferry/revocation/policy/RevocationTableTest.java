package io.certferry.revocation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.certferry.contracts.ContractJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RevocationTableTest {

  private static final String BEGIN = "<!-- the table: written by RevocationTable -->\n";
  private static final String END = "<!-- end of the table -->";

  @Test
  void isWhatThePageShows() throws IOException {
    // Given
    String page = Files.readString(Path.of("../docs/REVOCATION.md"));

    // When
    String shown = page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));

    // Then
    assertThat(shown.strip()).isEqualTo(RevocationTable.toMarkdown().strip());
  }

  @ParameterizedTest
  @EnumSource(Trigger.class)
  void explainsEveryTriggerOnThePage(Trigger trigger) throws IOException {
    assertThat(Files.readString(Path.of("../docs/REVOCATION.md")))
        .contains("`" + trigger.code() + "`");
  }

  @ParameterizedTest
  @EnumSource(Trigger.class)
  void neverRevokesAnImportedCertificateOrARootWhateverAProfileSays(Trigger trigger)
      throws JsonProcessingException {
    // Given
    ProfileRules rules = rules("{\"%s\":{\"action\":\"revoke\"}}".formatted(trigger.code()));

    for (ProfileKind kind :
        new ProfileKind[] {ProfileKind.IMPORTED_PFX, ProfileKind.TRUSTED_ROOT}) {
      // When
      Decision decision = RevocationTable.decide(trigger, "ios", kind, rules);

      // Then
      assertThat(decision.action()).isNotEqualTo(Action.REVOKE);
    }
  }

  @ParameterizedTest
  @EnumSource(Trigger.class)
  void decidesForEveryTriggerWhateverThePlatform(Trigger trigger) {
    assertThat(RevocationTable.decide(trigger, null, ProfileKind.PKCS, ProfileRules.NONE).action())
        .isEqualTo(Action.REVOKE);
    assertThat(RevocationTable.decide(trigger, "beos", ProfileKind.PKCS, ProfileRules.NONE))
        .isEqualTo(RevocationTable.decide(trigger, null, ProfileKind.PKCS, ProfileRules.NONE));
  }

  @Test
  void leavesNothingToRemoveToAWipeThatThePlatformCarriesOut() {
    // When
    Decision wiped =
        RevocationTable.decide(Trigger.WIPED, "windows", ProfileKind.PKCS, ProfileRules.NONE);
    Decision elsewhere =
        RevocationTable.decide(Trigger.WIPED, "linux", ProfileKind.PKCS, ProfileRules.NONE);

    // Then
    assertThat(wiped.removeFromDevice()).isFalse();
    assertThat(elsewhere.removeFromDevice()).isTrue();
  }

  @Test
  void putsACompromiseBeforeEverythingElse() {
    // When
    Decision lost =
        RevocationTable.decide(Trigger.LOST, "ios", ProfileKind.PKCS, ProfileRules.NONE);
    Decision manual =
        RevocationTable.decide(Trigger.MANUAL, "ios", ProfileKind.PKCS, ProfileRules.NONE)
            .because(Reason.KEY_COMPROMISE);

    // Then
    assertThat(lost.priority()).isEqualTo(Priority.COMPROMISE);
    assertThat(manual.priority()).isEqualTo(Priority.COMPROMISE);
  }

  @Test
  void letsAProfileChangeAPlatformAlone() throws JsonProcessingException {
    // Given
    ProfileRules rules =
        rules(
            """
            {"unenrolled": {"reason": "superseded"},
             "platforms": {"android": {"unenrolled": {"action": "keep"}}}}
            """);

    // When
    Decision android =
        RevocationTable.decide(Trigger.UNENROLLED, "android", ProfileKind.PKCS, rules);
    Decision ios = RevocationTable.decide(Trigger.UNENROLLED, "ios", ProfileKind.PKCS, rules);

    // Then
    assertThat(android.action()).isEqualTo(Action.KEEP);
    assertThat(ios.action()).isEqualTo(Action.REVOKE);
    assertThat(ios.reason()).isEqualTo(Reason.SUPERSEDED);
  }

  @Test
  void letsNoProfileOverruleACompromise() throws JsonProcessingException {
    // Given
    ProfileRules rules = rules("{\"key-compromise\":{\"action\":\"keep\"}}");

    // When
    Decision decision =
        RevocationTable.decide(Trigger.KEY_COMPROMISE, "ios", ProfileKind.PKCS, rules);

    // Then
    assertThat(decision.action()).isEqualTo(Action.REVOKE);
  }

  @Test
  void namesEveryRuleThatItCannotReadAndAppliesTheOthers() throws JsonProcessingException {
    // Given
    ProfileRules rules =
        rules(
            """
            {"sold": {"action": "revoke"}, "retired": {"action": "burn"}, "lost": 7,
             "wiped": {"removeFromDevice": "yes"}, "unenrolled": {"action": "keep"}}
            """);

    // Then
    assertThat(rules.problems())
        .containsExactlyInAnyOrder(
            "/revocation/sold: no such trigger",
            "/revocation/retired: action has no such value",
            "/revocation/lost: must be an object",
            "/revocation/wiped: removeFromDevice must be true or false");
    assertThat(RevocationTable.decide(Trigger.UNENROLLED, "ios", ProfileKind.PKCS, rules).action())
        .isEqualTo(Action.KEEP);
    assertThat(RevocationTable.decide(Trigger.RETIRED, "ios", ProfileKind.PKCS, rules).action())
        .isEqualTo(Action.REVOKE);
  }

  private static ProfileRules rules(String json) throws JsonProcessingException {
    return ProfileRules.of(ContractJson.mapper().readTree(json));
  }
}
