package io.certferry.pki.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySpecTest {
  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "RSA-3072", "RSA-4096", "EC-256", "EC-384"})
  void readsWhatItWrites(String text) {
    assertThat(KeySpec.parse(text)).hasToString(text);
    assertThat(KeySpec.parse(text.toLowerCase(Locale.ROOT))).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSA-1024",
        "RSA-2049",
        "RSA-8192",
        "EC-255",
        "EC-521",
        "DSA-2048",
        "RSA",
        "RSA-",
        ""
      })
  void refusesWhatIsNotOffered(String text) {
    assertThatThrownBy(() -> KeySpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
