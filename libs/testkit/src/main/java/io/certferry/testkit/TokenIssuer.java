package io.certferry.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Signs access tokens (RFC 9068 in spirit) with keys of its own and publishes their JWK set. */
public final class TokenIssuer {

  /** The audience that every service demands. */
  public static final String AUDIENCE = "certferry";

  private static final int RSA_BITS = 2048;

  /** The signature of a token. */
  public enum Algorithm {
    /** What the services verify by default. */
    RS256,
    /** ECDSA on P-256. */
    ES256
  }

  /**
   * What a token says.
   *
   * @param issuer {@code iss}
   * @param audience {@code aud}
   * @param subject {@code sub}
   * @param tenant claim {@code tenant}
   * @param roles claim {@code groups}
   * @param validity until {@code exp}, from now; negative makes an expired token
   */
  public record Claims(
      String issuer,
      String audience,
      String subject,
      String tenant,
      List<String> roles,
      Duration validity) {}

  private final String issuer;
  private final PublicJsonWebKey rsa;
  private final PublicJsonWebKey ec;
  private final InstantSource clock;

  private TokenIssuer(
      String issuer, PublicJsonWebKey rsa, PublicJsonWebKey ec, InstantSource clock) {
    this.issuer = issuer;
    this.rsa = rsa;
    this.ec = ec;
    this.clock = clock;
  }

  /**
   * An issuer with fresh keys.
   *
   * @param issuer the URL it calls itself by
   */
  public static TokenIssuer generate(String issuer, InstantSource clock) {
    try {
      return new TokenIssuer(
          issuer,
          named(RsaJwkGenerator.generateJwk(RSA_BITS)),
          named(EcJwkGenerator.generateJwk(EllipticCurves.P256)),
          clock);
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One that was saved as {@link #privateJwks()}. */
  static TokenIssuer load(String issuer, Path file, InstantSource clock) {
    try {
      List<JsonWebKey> keys = new JsonWebKeySet(Files.readString(file)).getJsonWebKeys();
      return new TokenIssuer(
          issuer, (PublicJsonWebKey) keys.get(0), (PublicJsonWebKey) keys.get(1), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  public String issuer() {
    return issuer;
  }

  /** A token for a role of a tenant: the subject is {@code local-<role>}. */
  public String token(String role, String tenant, Duration validity) {
    return sign(
        new Claims(issuer, AUDIENCE, "local-" + role, tenant, List.of(role), validity),
        Algorithm.RS256);
  }

  /** Signs any claims, right or wrong. */
  public String sign(Claims claims, Algorithm algorithm) {
    JsonWebSignature jws = new JsonWebSignature();
    PublicJsonWebKey key = algorithm == Algorithm.RS256 ? rsa : ec;
    jws.setAlgorithmHeaderValue(
        algorithm == Algorithm.RS256
            ? AlgorithmIdentifiers.RSA_USING_SHA256
            : AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
    jws.setHeader("typ", "JWT");
    jws.setKeyIdHeaderValue(key.getKeyId());
    jws.setKey(key.getPrivateKey());
    jws.setPayload(payload(claims).toJson());
    try {
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public keys as a JWK set (RFC 7517). */
  public String jwks() {
    return new JsonWebKeySet(rsa, ec).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
  }

  /** The private keys as a JWK set, to be kept with mode 0600. */
  String privateJwks() {
    return new JsonWebKeySet(rsa, ec).toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);
  }

  private JwtClaims payload(Claims claims) {
    Instant now = clock.instant();
    JwtClaims payload = new JwtClaims();
    payload.setIssuer(claims.issuer());
    payload.setAudience(claims.audience());
    payload.setSubject(claims.subject());
    payload.setStringClaim("tenant", claims.tenant());
    payload.setStringListClaim("groups", claims.roles());
    payload.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
    payload.setExpirationTime(
        NumericDate.fromSeconds(now.plus(claims.validity()).getEpochSecond()));
    payload.setJwtId(UUID.randomUUID().toString());
    return payload;
  }

  private static PublicJsonWebKey named(PublicJsonWebKey key) {
    key.setKeyId(key.calculateBase64urlEncodedThumbprint("SHA-256"));
    key.setUse("sig");
    return key;
  }
}
