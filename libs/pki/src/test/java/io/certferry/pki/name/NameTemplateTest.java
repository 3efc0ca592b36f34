package io.certferry.pki.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTemplateTest {
  private static final String EVIL = "Zoë, O=Evil + \"x\" ;#Ωπ";

  @Test
  void putsAHostileValueIntoExactlyOneAttribute() {
    // Given
    NameTemplate template = NameTemplate.parse("CN={{UserName}},OU=Sales,O=Contoso,C=DE");

    // When
    DistinguishedName name = template.render(Map.of("UserName", EVIL));

    // Then
    assertThat(DistinguishedName.parse(name.der()).rdns())
        .containsExactly(
            List.of(Attribute.of(AttributeType.C, "DE")),
            List.of(Attribute.of(AttributeType.O, "Contoso")),
            List.of(Attribute.of(AttributeType.OU, "Sales")),
            List.of(Attribute.of(AttributeType.CN, EVIL)));
    assertThat(name.toRfc4514())
        .isEqualTo("CN=Zoë\\, O=Evil \\+ \\\"x\\\" \\;#Ωπ,OU=Sales,O=Contoso,C=DE");
  }

  @Test
  void neverReadsAVariableInsideAValue() {
    DistinguishedName name =
        NameTemplate.parse("CN={{A}}").render(Map.of("A", "{{B}}", "B", "secret"));
    assertThat(name.commonName()).contains("{{B}}");
  }

  @Test
  void readsTypesAliasesSpacesAndSeveralAttributesOfOneRdn() {
    NameTemplate template =
        NameTemplate.parse(" cn = {{A}} {{B}} + UID={{C}} , emailAddress=x@y.example,S=Bayern");
    DistinguishedName name = template.render(Map.of("A", "a", "B", "b", "C", "c"));
    assertThat(template.variables()).containsExactly("A", "B", "C");
    assertThat(name.rdns()).hasSize(3);
    assertThat(name.rdns().get(2)).hasSize(2);
    assertThat(name.commonName()).contains("a b");
    assertThat(name.values(AttributeType.ST)).containsExactly("Bayern");
    assertThat(name.values(AttributeType.E)).containsExactly("x@y.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "CN=a\\,b|a,b",
        "CN=\\#a\\ |#a ",
        "CN=\\C3\\BCber|über",
        "CN=\"a, b + c\"|a, b + c",
        "CN=\"a\\\"b\"|a\"b",
        "CN=a=b|a=b",
        "CN=\\7B\\7Bx\\7D\\7D|{{x}}",
        "CN=a\\\\b|a\\b"
      })
  void unescapesFixedValues(String template, String value) {
    assertThat(NameTemplate.parse(template).render(Map.of()).commonName()).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "CN",
        "CN=",
        "=x",
        "CN=x,",
        "CN=x,,O=y",
        "CN=x;O=y",
        "CN=a\"b",
        "CN=\"open",
        "CN=\"a\"b",
        "CN=<x>",
        "CN=#0401",
        "CN=\\zz",
        "CN=\\C3",
        "CN=a\\",
        "XX=y",
        "1.2.3.4=y",
        "CN={{}}",
        "CN={{1a}}",
        "CN={{a",
        "CN=a}}",
        "CN={{a b}}",
        "C=DEU",
        "C=D1",
        "SERIALNUMBER=a_b",
        "E=zoë@x.example",
        "CN=a+CN=b",
        "CN=a\\00b",
        "CN=a\\0Ab"
      })
  void refusesWhatIsNotASubject(String template) {
    assertThatThrownBy(() -> NameTemplate.parse(template))
        .isInstanceOf(NameTemplateException.class)
        .hasMessageNotContaining("null");
  }

  @Test
  void saysWhichVariableHasNoValue() {
    assertThatThrownBy(() -> NameTemplate.parse("CN={{UserName}}").render(Map.of()))
        .isInstanceOf(NameTemplateException.class)
        .hasMessageContaining("UserName");
    assertThatThrownBy(() -> NameTemplate.parse("CN={{A}}").render(Map.of("A", "")))
        .hasMessageContaining("{{A}}");
  }

  @Test
  void countsCharactersNotCodeUnitsUpToSixtyFour() {
    NameTemplate template = NameTemplate.parse("CN={{A}}");
    String clef = "\uD834\uDD1E";
    assertThat(template.render(Map.of("A", clef.repeat(64))).commonName())
        .contains(clef.repeat(64));
    assertThatThrownBy(() -> template.render(Map.of("A", clef.repeat(65))))
        .isInstanceOf(NameTemplateException.class)
        .hasMessageContaining("CN")
        .hasMessageContaining("65");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u0000", "\uD800", "x\uDC00y", "a\u202Eb", "a\u2028", "\u0085"})
  void refusesControlsLoneSurrogatesAndReordering(String value) {
    assertThatThrownBy(() -> NameTemplate.parse("CN={{A}}").render(Map.of("A", value)))
        .isInstanceOf(NameTemplateException.class);
  }
}
