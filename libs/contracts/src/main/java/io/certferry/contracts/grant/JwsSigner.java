package io.certferry.contracts.grant;

import io.certferry.contracts.ContractJson;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Signs grants and command authorisations with one EC P-256 key. Thread-safe. */
public final class JwsSigner {

  private final PrivateKey key;
  private final String keyId;

  /**
   * @param publicKey names the signing key ({@code kid} = base64url SHA-256 of its SPKI)
   */
  public JwsSigner(PrivateKey key, PublicKey publicKey) {
    this.key = key;
    this.keyId = JwsKeys.keyId(publicKey);
  }

  /** Compact JWS of a grant. */
  public String sign(Grant grant) {
    return sign(JwsKeys.GRANT_TYPE, grant);
  }

  /** Compact JWS of a command authorisation. */
  public String sign(CommandAuthorization authorization) {
    return sign(JwsKeys.COMMAND_TYPE, authorization);
  }

  private String sign(String type, Object payload) {
    try {
      JsonWebSignature jws = new JsonWebSignature();
      jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
      jws.setHeader("typ", type);
      jws.setKeyIdHeaderValue(keyId);
      jws.setPayload(new String(ContractJson.write(payload), StandardCharsets.UTF_8));
      jws.setKey(key);
      return jws.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("cannot sign " + type, e);
    }
  }
}
