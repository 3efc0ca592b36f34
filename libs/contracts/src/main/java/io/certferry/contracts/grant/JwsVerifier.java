package io.certferry.contracts.grant;

import io.certferry.contracts.ContractJson;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Verifies grants and command authorisations against the keys of its own file; several keys allow
 * for rotation. Thread-safe.
 */
public final class JwsVerifier {

  private static final AlgorithmConstraints ES256_ONLY =
      new AlgorithmConstraints(
          AlgorithmConstraints.ConstraintType.PERMIT,
          AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);

  private final Map<String, PublicKey> keys;

  public JwsVerifier(Collection<PublicKey> keys) {
    this.keys =
        keys.stream().collect(Collectors.toUnmodifiableMap(JwsKeys::keyId, Function.identity()));
  }

  /**
   * The grant inside a compact JWS whose signature verifies; expiry is the caller's to judge.
   *
   * @throws UntrustedSignatureException if key, type, algorithm, signature or shape is not as it
   *     must be
   */
  public Grant grant(String compactJws) {
    return verify(JwsKeys.GRANT_TYPE, compactJws, Grant.class);
  }

  /**
   * The authorisation inside a compact JWS whose signature verifies; expiry is the caller's to
   * judge.
   *
   * @throws UntrustedSignatureException if key, type, algorithm, signature or shape is not as it
   *     must be
   */
  public CommandAuthorization command(String compactJws) {
    return verify(JwsKeys.COMMAND_TYPE, compactJws, CommandAuthorization.class);
  }

  private <T> T verify(String type, String compactJws, Class<T> payload) {
    try {
      JsonWebSignature jws = new JsonWebSignature();
      jws.setAlgorithmConstraints(ES256_ONLY);
      jws.setCompactSerialization(compactJws);
      jws.setKey(keyFor(jws));
      if (!type.equals(jws.getHeader("typ"))) {
        throw new UntrustedSignatureException("typ is not " + type);
      }
      if (!jws.verifySignature()) {
        throw new UntrustedSignatureException("signature does not verify");
      }
      return ContractJson.read(jws.getPayload().getBytes(StandardCharsets.UTF_8), payload);
    } catch (JoseException | IllegalArgumentException e) {
      throw new UntrustedSignatureException("not a signed " + payload.getSimpleName());
    }
  }

  private PublicKey keyFor(JsonWebSignature jws) {
    String keyId = jws.getKeyIdHeaderValue();
    PublicKey key = keyId == null ? null : keys.get(keyId);
    if (key == null) {
      throw new UntrustedSignatureException(
          "signed with a key that is not in the verification file");
    }
    return key;
  }
}
