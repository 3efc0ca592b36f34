package io.certferry.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.contracts.grant.JwsVerifier;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPolicyTest {

  private static final Forge.Fresh FRESH = Forge.fresh();

  private final SubmissionDraft draft = FRESH.forge().draft();

  private Optional<String> refusal(LocalPolicy policy) {
    JwsVerifier keys = FRESH.grants();
    Grant grant = keys.grant(draft.grant());
    return policy.check(grant, Objects.requireNonNull(grant.certificate())).map(Refusal::message);
  }

  private Optional<String> refusal() {
    return refusal(LocalPolicy.ANY_NAME_BUT_DENIED);
  }

  @Test
  void allowsAnOrdinaryName() {
    assertThat(refusal()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Administrator",
        "ADMINISTRATOR",
        " administrator ",
        "krbtgt",
        "krbtgt_4711",
        "DC01$",
        "Domain Admins",
        "ａｄｍｉｎｉｓｔｒａｔｏｒ",
        "CONTOSO\\Administrator",
        "MSOL_0a1b2c"
      })
  void deniesPrivilegedCommonNames(String name) {
    // Given
    draft.commonName = name;

    // Then
    assertThat(refusal()).contains("subject: a denied principal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "administrator@contoso.test",
        "Administrator@CONTOSO",
        "krbtgt@contoso.test",
        "dc01$@contoso.test",
        "CONTOSO\\administrator@x"
      })
  void deniesPrivilegedUpns(String upn) {
    // Given
    draft.names = List.of(new SubjectAlternativeName("upn", upn));

    // Then
    assertThat(refusal()).contains("subjectAlternativeNames: a denied principal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "S-1-5-21-1-2-3-500", "S-1-5-21-1-2-3-502", "S-1-5-21-1-2-3-512", "S-1-5-21-1-2-3-516",
        "S-1-5-21-1-2-3-518", "S-1-5-21-1-2-3-519", "S-1-5-32-544", "S-1-5-18"
      })
  void deniesPrivilegedSidsInBothForms(String sid) {
    // Given
    draft.sid = sid;

    // Then
    assertThat(refusal()).contains("sid: a denied principal");

    // Given
    SubmissionDraft other = FRESH.forge().draft();
    other.sid = null;
    other.names =
        List.of(new SubjectAlternativeName("uri", "tag:microsoft.com,2022-09-14:sid:" + sid));
    Grant grant = FRESH.grants().grant(other.grant());

    // Then
    assertThat(
            LocalPolicy.ANY_NAME_BUT_DENIED.check(
                grant, Objects.requireNonNull(grant.certificate())))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"S-1-5-21-1-2-3-1500", "S-1-5-21-500-2-3-1104"})
  void allowsSidsThatOnlyLookSimilar(String sid) {
    // Given
    draft.sid = sid;

    // Then
    assertThat(refusal()).isEmpty();
  }

  @Test
  void keepsTheBuiltInDenialsWhateverAFileSays() {
    // Given
    draft.commonName = "Administrator";
    LocalPolicy policy = PolicyFile.parse("deniedPrincipals: {names: [\"svc-*\"]}\n");

    // Then
    assertThat(refusal(policy)).isPresent();
  }

  @Test
  void deniesWhatTheFileAdds() {
    // Given
    draft.commonName = "svc-backup";
    LocalPolicy policy = PolicyFile.parse("deniedPrincipals: {names: [\"svc-*\"]}\n");

    // Then
    assertThat(refusal(policy)).contains("subject: a denied principal");
  }

  @Test
  void allowsOnlyTheListedTemplates() {
    assertThat(refusal(PolicyFile.parse("templates: [Workstation]\n")))
        .contains("template: not in this connector's list");
    assertThat(refusal(PolicyFile.parse("templates: [Workstation, User]\n"))).isEmpty();
  }

  @Test
  void limitsTheValidity() {
    // Given
    draft.validitySeconds = Duration.ofDays(31).toSeconds();

    // Then
    assertThat(refusal(PolicyFile.parse("maximumValidity: P30D\n"))).isPresent();
    assertThat(refusal(PolicyFile.parse("maximumValidity: P31D\n"))).isEmpty();
  }

  @Test
  void allowsNamesThatMatchThePatternsOfTheProfile() {
    // Given
    LocalPolicy policy =
        PolicyFile.parse(
            """
            profiles:
              - profile: "%s"
                subject: ["CN=[a-z]+"]
                alternativeNames:
                  upn: [".*@contoso\\\\.test"]
                  email: [".*@contoso\\\\.test"]
            """
                .formatted(draft.profileId));

    // Then
    assertThat(refusal(policy)).isEmpty();
  }

  @Test
  void refusesAnAlternativeNameOfATypeThatIsNotListed() {
    // Given
    LocalPolicy policy =
        PolicyFile.parse(
            """
            profiles:
              - profile: "*"
                alternativeNames: {upn: [".*"]}
            """);

    // Then
    assertThat(refusal(policy)).get().asString().contains("email");
  }

  @Test
  void refusesAProfileThatIsNotListed() {
    // Given
    LocalPolicy policy =
        PolicyFile.parse("profiles: [{profile: \"00000000-0000-0000-0000-000000000000\"}]\n");

    // Then
    assertThat(refusal(policy)).contains("profile: not in this connector's list");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "template: [User]",
        "profiles: [{subject: [x]}]",
        "profiles: [{profile: \"*\", subject: [\"(\"]}]",
        "profiles: [{profile: \"*\", alternativeNames: {phone: [x]}}]",
        "maximumValidity: ten days"
      })
  void refusesAFileThatIsNotUnderstood(String yaml) {
    assertThatThrownBy(() -> PolicyFile.parse(yaml)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsAChangedFileAgainAndKeepsTheOldPolicyWhenItIsBroken(@TempDir Path directory)
      throws Exception {
    // Given
    Path file = Files.writeString(directory.resolve("policy.yaml"), "templates: [Workstation]\n");
    LocalPolicies policies =
        new LocalPolicies(
            new PolicyConfig() {
              @Override
              public Map<String, Path> file() {
                return Map.of("adcs", file);
              }

              @Override
              public Duration reloadEvery() {
                return Duration.ZERO;
              }
            });
    policies.load("adcs", "adcs");
    assertThat(refusal(policies.of("adcs"))).isPresent();

    // When
    Files.writeString(file, "templates: [User]\n");

    // Then
    assertThat(refusal(policies.of("adcs"))).isEmpty();

    // When
    Files.writeString(file, "templates: {broken\n");

    // Then
    assertThat(refusal(policies.of("adcs"))).isEmpty();
  }

  @Test
  void demandsAFileForEveryOtherCaThanTheBuiltIn() {
    // Given
    LocalPolicies policies =
        new LocalPolicies(
            new PolicyConfig() {
              @Override
              public Map<String, Path> file() {
                return Map.of();
              }

              @Override
              public Duration reloadEvery() {
                return Duration.ZERO;
              }
            });

    // Then
    policies.load("builtin", "builtin");
    assertThatThrownBy(() -> policies.load("corp", "adcs"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("certferry.policy.file.corp");
  }
}
