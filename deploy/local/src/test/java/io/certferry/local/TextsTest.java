package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TextsTest {

  @Test
  void rendersConfigurationThatReadsBackAboveTheEnvironment() throws Exception {
    // Given
    Properties properties = new Properties();

    // When
    properties.load(
        new StringReader(PropertiesText.of(Map.of("a.b", " C:\\x=#:\u00e9", "c", "d"))));

    // Then
    assertThat(properties)
        .containsEntry("a.b", " C:\\x=#:\u00e9")
        .containsEntry("c", "d")
        .containsEntry("config_ordinal", "350");
  }

  @Test
  void readsTheTextOfAUserPrincipalName() {
    byte[] otherName =
        HexFormat.of().parseHex("a019060a2b060104018237140203a00b0c09" + "616c6963654063746f");

    assertThat(OtherName.value(otherName)).isEqualTo("alice@cto");
    assertThat(OtherName.value(new byte[] {1, 2})).isEqualTo("(not a text)");
  }
}
