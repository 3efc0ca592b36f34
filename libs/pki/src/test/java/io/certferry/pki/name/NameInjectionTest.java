package io.certferry.pki.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** For all strings: one RDN with exactly this value, or a refusal. */
class NameInjectionTest {
  @Provide
  Arbitrary<String> hostile() {
    Arbitrary<Character> special =
        Arbitraries.of(
            ',', '+', '=', '#', '"', '\\', ';', '<', '>', ' ', '\0', '\r', '\n', '{', '}', '%',
            '\u202e', '\u2066', '\ud800', '\udc00', '\uffff', '\ufeff', '\u0301', 'O', 'x');
    return Arbitraries.oneOf(
        special.list().ofMaxSize(70).map(NameInjectionTest::join),
        Arbitraries.strings().all().ofMaxLength(70),
        Arbitraries.strings().ascii().ofMinLength(60).ofMaxLength(66));
  }

  private static String join(List<Character> characters) {
    StringBuilder out = new StringBuilder();
    characters.forEach(out::append);
    return out.toString();
  }

  @Property(tries = 3000)
  void aValueStaysOneValueOrIsRefused(@ForAll("hostile") String value) {
    try {
      DistinguishedName name = NameTemplate.parse("CN={{V}}").render(Map.of("V", value));
      assertThat(DistinguishedName.parse(name.der()).rdns())
          .containsExactly(List.of(Attribute.of(AttributeType.CN, value)));
    } catch (NameTemplateException refused) {
      assertThat(AttributeType.CN.refusalOf(value).isPresent()).isTrue();
    }
  }

  @Property(tries = 1500)
  void theTextFormReadsBackToTheSameName(@ForAll("hostile") String value) {
    if (AttributeType.CN.refusalOf(value).isEmpty()) {
      DistinguishedName name = DistinguishedName.ofCommonName(value);
      String template = name.toRfc4514().replace("{{", "\\7B\\7B").replace("}}", "\\7D\\7D");
      assertThat(NameTemplate.parse(template).render(Map.of())).isEqualTo(name);
    }
  }

  @Property(tries = 1500)
  void anAlternativeNameStaysOneNameOrIsRefused(
      @ForAll("hostile") String value, @ForAll SubjectAltName.Type type) {
    SubjectAltName name = new SubjectAltName(type, value);
    if (name.refusal().isEmpty()) {
      assertThat(SubjectAltNames.decode(SubjectAltNames.encode(List.of(name))))
          .containsExactly(name);
    }
  }
}
