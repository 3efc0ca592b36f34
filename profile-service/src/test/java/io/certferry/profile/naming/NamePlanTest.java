package io.certferry.profile.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.grant.Grant;
import io.certferry.edge.FieldError;
import io.certferry.edge.FieldErrors;
import io.certferry.profile.Reports;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePlanTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Zoë, O=Evil + \"x\" ;#Ωπ",
        "alice,CN=Administrator",
        "a+OU=Domain Admins",
        "\\,O=Evil",
        "{{UserPrincipalName}}",
        "#3003020101"
      })
  void keepsAHostileNameOneAttribute(String hostile) {
    // Given
    NamePlan plan = NamePlan.of("CN={{UserName}},O=Contoso", List.of());

    // When
    RenderedNames names = plan.render(Reports.of(Reports.user("u1", hostile)));

    // Then
    assertThat(names)
        .isInstanceOfSatisfying(
            RenderedNames.Complete.class,
            complete ->
                assertThat(complete.subject())
                    .containsExactly(
                        List.of(new Grant.NameAttribute("O", "Contoso")),
                        List.of(new Grant.NameAttribute("CN", hostile))));
  }

  @Test
  void fillsSynonymsInAnyCaseFromUserAndAttributes() {
    // Given
    NamePlan plan =
        NamePlan.of(
            "CN={{cn}},OU={{Device_Serial}},OU={{AzureADDeviceId}}",
            List.of(
                new AlternativeName("upn", "{{UPN}}"),
                new AlternativeName("uri", "urn:device:{{DEVICEID}}"),
                new AlternativeName("ip", "10.0.0.1")));

    // When
    RenderedNames names = plan.render(Reports.of(Reports.user("u1", "alice")));

    // Then
    assertThat(names)
        .isInstanceOfSatisfying(
            RenderedNames.Complete.class,
            complete -> {
              assertThat(complete.subjectText()).isEqualTo("CN=Alice Example,OU=C02XYZ,OU=a-1");
              assertThat(complete.alternativeNames())
                  .containsExactly(
                      new Grant.SubjectAlternativeName("upn", "alice@contoso.test"),
                      new Grant.SubjectAlternativeName("uri", "urn:device:dev-1"),
                      new Grant.SubjectAlternativeName("ip", "10.0.0.1"));
            });
  }

  @Test
  void saysEveryReasonWhyNamesCannotBeRendered() {
    // Given
    NamePlan plan =
        NamePlan.of(
            "CN={{UserName}}",
            List.of(
                new AlternativeName("dns", "{{DeviceName}}"),
                new AlternativeName("email", "{{UserName}}")));

    // When
    RenderedNames names = plan.render(Reports.of(Reports.user("u1", null)));

    // Then
    assertThat(names)
        .isInstanceOfSatisfying(
            RenderedNames.Incomplete.class,
            incomplete ->
                assertThat(incomplete.errors())
                    .extracting(FieldError::field)
                    .containsExactly(
                        "/subject",
                        "/subjectAlternativeNames/0/value",
                        "/subjectAlternativeNames/1/value"));
  }

  @ParameterizedTest
  @CsvSource({
    "'{{UserName}}', not-a-distinguished-name",
    "'CN=', ''",
    "'CN={{Nonsense}}', unknown-variable",
    "'CN={{UserName', not-a-distinguished-name",
    "'C=Germany', not-a-distinguished-name",
    "'XX=1', not-a-distinguished-name"
  })
  void checksTheSubject(String subject, String rule) {
    // Given
    FieldErrors errors = new FieldErrors();

    // When
    NamePlan.check(subject, List.of(), false, errors);

    // Then
    if (rule.isEmpty()) {
      assertThat(errors.toList()).hasSizeLessThanOrEqualTo(1);
    } else {
      assertThat(errors.toList())
          .containsExactly(new FieldError("/subject", rule, errors.toList().get(0).message()));
    }
  }

  @Test
  void refusesUserVariablesInADevicesCertificate() {
    // Given
    FieldErrors errors = new FieldErrors();

    // When
    NamePlan.check(
        "CN={{UserName}}",
        List.of(
            new AlternativeName("email", "{{EmailAddress}}"),
            new AlternativeName("dns", "{{DeviceName}}.contoso.test")),
        true,
        errors);

    // Then
    assertThat(errors.toList())
        .extracting(FieldError::field, FieldError::rule)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("/subject", "user-variable"),
            org.assertj.core.groups.Tuple.tuple(
                "/subjectAlternativeNames/0/value", "user-variable"));
  }

  @Test
  void checksAlternativeNames() {
    // Given
    FieldErrors errors = new FieldErrors();

    // When
    NamePlan.check(
        "CN=x",
        List.of(
            new AlternativeName("dirname", "CN=x"),
            new AlternativeName("email", "nobody"),
            new AlternativeName("ip", "1.2.3.256"),
            new AlternativeName("uri", "no scheme")),
        false,
        errors);

    // Then
    assertThat(errors.toList())
        .extracting(FieldError::rule)
        .containsExactly("unknown-type", "format", "format", "format");
  }
}
