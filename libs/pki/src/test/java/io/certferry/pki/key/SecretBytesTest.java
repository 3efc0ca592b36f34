package io.certferry.pki.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretBytesTest {
  private static final SecretAccess ACCESS = SecretAccess.granted();

  @Test
  void neverPrintsItsContent() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {65, 66, 67});
    assertThat(secret.toString()).doesNotContain("65", "ABC").contains("redacted");
    assertThat(KeyPairs.generate(KeySpec.EC_256).toString()).contains("redacted");
  }

  @Test
  void overwritesItsArrayOnClose() {
    // Given
    byte[] bytes = {1, 2, 3};
    SecretBytes secret = SecretBytes.owning(bytes);

    // When
    secret.close();

    // Then
    assertThat(bytes).containsOnly(0);
    assertThatThrownBy(() -> secret.expose(ACCESS)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesTheCallersArrayAloneWhenItCopies() {
    byte[] bytes = {1, 2, 3};
    SecretBytes.copyOf(bytes).close();
    assertThat(bytes).containsExactly(1, 2, 3);
  }

  @Test
  void makesPasswordsOf256RandomBitsInAscii() {
    try (SecretBytes one = Passwords.random();
        SecretBytes other = Passwords.random()) {
      assertThat(new String(one.expose(ACCESS), US_ASCII)).matches("[A-Za-z0-9_-]{43}");
      assertThat(one.expose(ACCESS)).isNotEqualTo(other.expose(ACCESS));
    }
  }
}
