package io.certferry.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserIdsTest {

  @Test
  void namesAUserByTenantAndLowerCasePrincipalName() {
    // Computed by another implementation of UUIDv5.
    assertThat(UserIds.of("default", "Alice@Contoso.test"))
        .hasToString("8f4367a1-489a-53fc-a639-03b5efbeee3b");
    assertThat(UserIds.of("other", "alice@contoso.test"))
        .isNotEqualTo(UserIds.of("default", "alice@contoso.test"));
  }
}
