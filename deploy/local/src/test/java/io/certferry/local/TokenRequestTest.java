package io.certferry.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.TokenRequest.Verdict;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenRequestTest {

  private static final OAuthClient CLIENT =
      new OAuthClient("mdm", "s&cret", "default", List.of("mdm"));

  @Test
  void grantsAClientThatNamesItselfInTheBody() {
    assertThat(judge("grant_type=client_credentials&client_id=mdm&client_secret=s%26cret", null))
        .isEqualTo(new Verdict.Granted(CLIENT));
  }

  @Test
  void grantsAClientByBasicAuthentication() {
    String header = "Basic " + Base64.getEncoder().encodeToString("mdm:s%26cret".getBytes(UTF_8));

    assertThat(judge("grant_type=client_credentials", header))
        .isEqualTo(new Verdict.Granted(CLIENT));
  }

  @Test
  void refusesAWrongSecretAndAnUnknownClientAlike() {
    Verdict refused = new Verdict.Refused(401, "invalid_client");

    assertThat(judge("grant_type=client_credentials&client_id=mdm&client_secret=x", null))
        .isEqualTo(refused);
    assertThat(judge("grant_type=client_credentials&client_id=x&client_secret=s%26cret", null))
        .isEqualTo(refused);
    assertThat(judge("grant_type=client_credentials", "Basic !!")).isEqualTo(refused);
    assertThat(judge("grant_type=client_credentials&client_id=%zz", null)).isEqualTo(refused);
  }

  @Test
  void refusesAnotherTenantsPath() {
    TokenRequest request =
        TokenRequest.parse(
            "grant_type=client_credentials&client_id=mdm&client_secret=s%26cret", null);

    assertThat(request.judge(List.of(CLIENT), Optional.of("default")))
        .isEqualTo(new Verdict.Granted(CLIENT));
    assertThat(request.judge(List.of(CLIENT), Optional.of("other")))
        .isEqualTo(new Verdict.Refused(401, "invalid_client"));
  }

  @Test
  void refusesOtherGrants() {
    assertThat(judge("grant_type=password", null))
        .isEqualTo(new Verdict.Refused(400, "unsupported_grant_type"));
    assertThat(judge("", null)).isEqualTo(new Verdict.Refused(400, "invalid_request"));
  }

  private static Verdict judge(String form, @Nullable String header) {
    return TokenRequest.parse(form, header).judge(List.of(CLIENT), Optional.empty());
  }
}
