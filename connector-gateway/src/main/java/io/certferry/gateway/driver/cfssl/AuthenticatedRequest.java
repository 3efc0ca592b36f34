package io.certferry.gateway.driver.cfssl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.wire.Credentials;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** cfssl's authenticated request: base64 of HMAC-SHA256 over the request, and the request. */
final class AuthenticatedRequest {

  private static final Base64.Encoder PEM_BODY = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private AuthenticatedRequest() {}

  /**
   * @throws IOException if the key file cannot be read or holds no hexadecimal key
   */
  static byte[] of(Bytes csr, Optional<String> profile, Credentials credentials)
      throws IOException {
    ObjectNode inner = CfsslJson.object().put("certificate_request", pem(csr));
    profile.ifPresent(name -> inner.put("profile", name));
    byte[] request = CfsslJson.bytes(inner);
    try (SecretBytes hex = credentials.password()) {
      byte[] token = token(hex.expose(SecretAccess.granted()), request);
      return CfsslJson.bytes(
          CfsslJson.object()
              .put("token", Base64.getEncoder().encodeToString(token))
              .put("request", Base64.getEncoder().encodeToString(request)));
    }
  }

  private static byte[] token(byte[] hex, byte[] request) throws IOException {
    byte[] key = decoded(hex);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(request);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the key cannot be used", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] decoded(byte[] hex) throws IOException {
    try {
      return HexFormat.of().parseHex(new String(hex, StandardCharsets.US_ASCII).strip());
    } catch (IllegalArgumentException e) {
      throw new IOException("the key file does not hold a hexadecimal key", e);
    }
  }

  private static String pem(Bytes csr) {
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + PEM_BODY.encodeToString(csr.toArray())
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }
}
