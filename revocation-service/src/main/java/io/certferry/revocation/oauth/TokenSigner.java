package io.certferry.revocation.oauth;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Signs access tokens. */
@Singleton
class TokenSigner {

  private final OAuthConfig config;
  private final InstantSource clock;
  private final Optional<PublicJsonWebKey> key;

  TokenSigner(OAuthConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.key = config.signingKeys().map(TokenSigner::load);
  }

  private static PublicJsonWebKey load(Path file) {
    try {
      return new JsonWebKeySet(Files.readString(file))
          .getJsonWebKeys().stream()
              .filter(PublicJsonWebKey.class::isInstance)
              .map(PublicJsonWebKey.class::cast)
              .filter(candidate -> candidate.getPrivateKey() != null)
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "certferry.oauth.signing-keys has no private key"));
    } catch (IOException e) {
      throw new UncheckedIOException("certferry.oauth.signing-keys cannot be read", e);
    } catch (JoseException e) {
      throw new IllegalArgumentException("certferry.oauth.signing-keys is no JWK set", e);
    }
  }

  boolean isOn() {
    return key.isPresent();
  }

  /** Compact JWS of a token for a client. */
  String tokenFor(OAuthClients.Client client) {
    PublicJsonWebKey signing =
        key.orElseThrow(() -> new IllegalStateException("no signing key is configured"));
    JsonWebSignature jws = new JsonWebSignature();
    jws.setAlgorithmHeaderValue(
        signing.getPrivateKey() instanceof RSAPrivateKey
            ? AlgorithmIdentifiers.RSA_USING_SHA256
            : AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    jws.setHeader("typ", "JWT");
    if (signing.getKeyId() != null) {
      jws.setKeyIdHeaderValue(signing.getKeyId());
    }
    jws.setKey(signing.getPrivateKey());
    jws.setPayload(claims(client).toJson());
    try {
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
  }

  private JwtClaims claims(OAuthClients.Client client) {
    Instant now = clock.instant();
    JwtClaims claims = new JwtClaims();
    config.issuer().ifPresent(claims::setIssuer);
    claims.setAudience(config.audience());
    claims.setSubject(client.clientId());
    claims.setStringClaim("tenant", client.tenant());
    claims.setStringListClaim("groups", client.roles());
    claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
    claims.setExpirationTime(NumericDate.fromSeconds(now.plus(config.validity()).getEpochSecond()));
    claims.setJwtId(UUID.randomUUID().toString());
    return claims;
  }

  long validitySeconds() {
    return config.validity().toSeconds();
  }
}
