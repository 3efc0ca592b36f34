package io.certferry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;

class TokenIssuerTest {

  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-24T10:00:00Z"));
  private final TokenIssuer issuer = TokenIssuer.generate("https://issuer.test", clock);

  @Test
  void saysWhoTheCallerIsForAnHour() throws Exception {
    // When
    String token = issuer.token("mdm", "default", Duration.ofHours(1));

    // Then
    JwtClaims claims = consumer(issuer).processToClaims(token);
    assertThat(claims.getSubject()).isEqualTo("local-mdm");
    assertThat(claims.getStringClaimValue("tenant")).isEqualTo("default");
    assertThat(claims.getStringListClaimValue("groups")).containsExactly("mdm");
    assertThat(claims.getExpirationTime().getValue())
        .isEqualTo(clock.instant().plus(Duration.ofHours(1)).getEpochSecond());
  }

  @Test
  void signsWithEcdsaToo() throws Exception {
    // Given
    var claims =
        new TokenIssuer.Claims(
            "https://issuer.test", "certferry", "s", "other", List.of("mdm"), Duration.ofHours(1));

    // When
    String token = issuer.sign(claims, TokenIssuer.Algorithm.ES256);

    // Then
    assertThat(consumer(issuer).processToClaims(token).getStringClaimValue("tenant"))
        .isEqualTo("other");
  }

  @Test
  void isNotMistakenForAnotherIssuer() {
    String token = issuer.token("mdm", "default", Duration.ofHours(1));
    TokenIssuer other = TokenIssuer.generate("https://issuer.test", clock);

    assertThatThrownBy(() -> consumer(other).processToClaims(token))
        .isInstanceOf(InvalidJwtException.class);
  }

  @Test
  void publishesNoPrivateKey() {
    assertThat(issuer.jwks()).doesNotContain("\"d\":");
    assertThat(issuer.privateJwks()).contains("\"d\":");
  }

  private JwtConsumer consumer(TokenIssuer trusted) throws Exception {
    return new JwtConsumerBuilder()
        .setVerificationKeyResolver(
            new JwksVerificationKeyResolver(new JsonWebKeySet(trusted.jwks()).getJsonWebKeys()))
        .setExpectedIssuer("https://issuer.test")
        .setExpectedAudience("certferry")
        .setEvaluationTime(NumericDate.fromSeconds(clock.instant().getEpochSecond()))
        .build();
  }
}
