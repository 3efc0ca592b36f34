package io.certferry.pfximport.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.UserIds;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityKeyTest {

  private static final String USER = "5e6f9f9a7d1b4e498b1c8978cc1f2225";
  private static final String THUMBPRINT = "bf7a3bd1c2a4e6f8091a2b3c4d5e6f7081906cb4";

  @ParameterizedTest
  @ValueSource(
      strings = {
        USER + "-" + THUMBPRINT,
        "'" + USER + "-" + THUMBPRINT + "'",
        "5E6F9F9A7D1B4E498B1C8978CC1F2225-BF7A3BD1C2A4E6F8091A2B3C4D5E6F7081906CB4"
      })
  void readsUserAndThumbprintInAnyCase(String key) {
    assertThat(EntityKey.parse("default", key))
        .contains(
            new EntityKey(
                UUID.fromString("5e6f9f9a-7d1b-4e49-8b1c-8978cc1f2225"),
                "BF7A3BD1C2A4E6F8091A2B3C4D5E6F7081906CB4"));
  }

  @Test
  void takesAPrincipalNameForTheUserAsMicrosoftsToolSendsIt() {
    assertThat(EntityKey.parse("default", "Ann-Marie@contoso.test-" + THUMBPRINT))
        .hasValueSatisfying(
            key ->
                assertThat(key.userId())
                    .isEqualTo(UserIds.of("default", "ann-marie@contoso.test")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "a-b", USER, USER + "-" + THUMBPRINT + "0", "-" + THUMBPRINT})
  void refusesWhatIsNoKey(String key) {
    assertThat(EntityKey.parse("default", key)).isEmpty();
  }
}
