package io.certferry.pfximport.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ODataFilterTest {

  private static final Set<String> PROPERTIES = Set.of("userPrincipalName", "thumbprint");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "userPrincipalName eq 'a@b.c', a@b.c",
        "tolower(userPrincipalName) eq 'a@b.c', a@b.c",
        "toupper( userPrincipalName )  eq  'A@B.C', A@B.C",
        "userprincipalname eq 'a@b.c' , a@b.c",
        "userPrincipalName eq 'o''hara@b.c', o'hara@b.c",
        "userPrincipalName eq '''', '"
      })
  void readsAComparison(String filter, String value) {
    assertThat(ODataFilter.parse(filter, PROPERTIES).value("userPrincipalName")).contains(value);
  }

  @Test
  void joinsComparisons() {
    // When
    ODataFilter filter =
        ODataFilter.parse(
            "tolower(userPrincipalName) eq 'a and b@c.d' and tolower(thumbprint) eq 'AB'",
            PROPERTIES);

    // Then
    assertThat(filter.value("userPrincipalName")).contains("a and b@c.d");
    assertThat(filter.lower("thumbprint")).contains("ab");
  }

  @Test
  void takesNoFilterForEverything() {
    assertThat(ODataFilter.parse(null, PROPERTIES).values()).isEmpty();
    assertThat(ODataFilter.parse(" ", PROPERTIES).values()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "userPrincipalName",
        "userPrincipalName eq",
        "userPrincipalName eq 'a",
        "userPrincipalName ne 'a'",
        "userPrincipalName eq 'a' or thumbprint eq 'b'",
        "userPrincipalName eq 'a' and",
        "userPrincipalName eq 'a'and thumbprint eq 'b'x",
        "id eq 'a'",
        "startswith(userPrincipalName,'a')",
        "userPrincipalName eq 'a' and userPrincipalName eq 'b'"
      })
  void refusesWhatItCannotDo(String filter) {
    assertThatThrownBy(() -> ODataFilter.parse(filter, PROPERTIES))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("$filter");
  }

  @Test
  void isNotSlowedDownByAnyText() {
    assertThatThrownBy(
            () -> ODataFilter.parse("userPrincipalName eq '" + "''".repeat(1000), PROPERTIES))
        .isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> ODataFilter.parse(" ".repeat(3000) + "x", PROPERTIES))
        .hasMessageContaining("longer");
  }
}
