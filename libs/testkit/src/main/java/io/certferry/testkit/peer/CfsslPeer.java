package io.certferry.testkit.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.pki.certificate.Certificates;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@code cfssl serve}, as far as a connector uses it: info and authsign. It never pends. */
public final class CfsslPeer implements Function<PeerRequest, PeerReply> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Enrolments enrolments;
  private final byte[] key;

  /**
   * @param hexKey of the authentication
   */
  public CfsslPeer(LyingCa ca, String hexKey, long validitySeconds) {
    this.enrolments = new Enrolments(ca, validitySeconds);
    this.key = HexFormat.of().parseHex(hexKey);
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    try {
      return switch (request.path()) {
        case "/api/v1/cfssl/info" -> certificate(enrolments.ca().chain().get(0));
        case "/api/v1/cfssl/authsign" -> sign(JSON.readTree(request.body()));
        default -> PeerReply.text(404, "404 page not found");
      };
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return failure(9002, "CSR Decode failed");
    }
  }

  private PeerReply sign(JsonNode envelope) throws IOException, GeneralSecurityException {
    byte[] request = Base64.getDecoder().decode(envelope.path("request").asText());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] token = Base64.getDecoder().decode(envelope.path("token").asText());
    if (!MessageDigest.isEqual(mac.doFinal(request), token)) {
      return failure(400, "invalid token");
    }
    String pem = JSON.readTree(request).path("certificate_request").asText();
    String body = pem.replaceAll("-----[A-Z ]+-----", "");
    return answer(enrolments.submit(Base64.getMimeDecoder().decode(body)));
  }

  private static PeerReply answer(Answer answer) {
    if (answer instanceof Answer.Issued issued) {
      return certificate(issued.certificate());
    }
    return answer instanceof Answer.Denied denied
        ? failure(5100, denied.reason())
        : PeerReply.silence();
  }

  private static PeerReply certificate(Bytes der) {
    ObjectNode result = JSON.createObjectNode();
    result.put("success", true);
    result.putObject("result").put("certificate", Certificates.toPem(der.toArray()));
    result.putArray("errors");
    return reply(200, result);
  }

  private static PeerReply failure(int code, String message) {
    ObjectNode result = JSON.createObjectNode();
    result.put("success", false);
    result.putNull("result");
    result.putArray("errors").addObject().put("code", code).put("message", message);
    return reply(400, result);
  }

  private static PeerReply reply(int status, ObjectNode json) {
    return PeerReply.of(
        status,
        "application/json",
        json.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
