package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderTextTest {

  @Test
  void keepsTextReadableAndAnythingElseExact() {
    // Given
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("text", "grün \"quoted\"\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    headers.put("binary", new byte[] {(byte) 0xFF, 0, 1});
    headers.put("nul", new byte[] {'a', 0, 'b'});
    headers.put("empty", new byte[0]);

    // When
    String json = HeaderText.write(headers);

    // Then
    assertThat(json).contains("grün").doesNotContain("\0");
    assertThat(HeaderText.read(json))
        .hasSize(4)
        .allSatisfy((name, value) -> assertThat(value).isEqualTo(headers.get(name)));
  }
}
