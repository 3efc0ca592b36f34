package io.certferry.testkit.peer;

import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An EST server (RFC 7030): cacerts open to all, enrolment with HTTP Basic or a client certificate;
 * 202 with Retry-After while a request pends. Strict about what the RFC demands of clients.
 */
public final class EstPeer implements Function<PeerRequest, PeerReply> {

  public static final String USER = "connector";

  private static final Pattern PATH =
      Pattern.compile(
          "/\\.well-known/est(?:/([a-z0-9-]+))?/(cacerts|simpleenroll|simplereenroll|csrattrs)");

  private final Enrolments enrolments;
  private final String password;

  /**
   * @param password of {@link #USER}
   */
  public EstPeer(LyingCa ca, String password, long validitySeconds) {
    this.enrolments = new Enrolments(ca, validitySeconds);
    this.password = password;
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    Matcher path = PATH.matcher(request.path());
    if (!path.matches() || "nosuch".equals(path.group(1))) {
      return PeerReply.text(404, "no such label");
    }
    return switch (path.group(2)) {
      case "cacerts" -> bag(CertificateBag.of(enrolments.ca().chain()));
      case "csrattrs" -> new PeerReply(204, java.util.Map.of(), new byte[0]);
      default -> enrol(request);
    };
  }

  private PeerReply enrol(PeerRequest request) {
    if (!isKnown(request)) {
      return PeerReply.text(401, "who are you?").with("WWW-Authenticate", "Basic realm=\"est\"");
    }
    if (!request.method().equals("POST")
        || !"application/pkcs10".equals(request.headers().get("content-type"))) {
      return PeerReply.text(415, "a PKCS#10 is posted");
    }
    byte[] csr;
    try {
      csr = Base64.getMimeDecoder().decode(new String(request.body(), StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      return PeerReply.text(400, "not base64");
    }
    return answer(enrolments.submit(csr));
  }

  private boolean isKnown(PeerRequest request) {
    String basic =
        Base64.getEncoder()
            .encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    return request.client().equals(USER)
        || ("Basic " + basic).equals(request.headers().get("authorization"));
  }

  private PeerReply answer(Answer answer) {
    if (answer instanceof Answer.Issued issued) {
      return bag(CertificateBag.of(issued.certificate(), enrolments.ca().chain()));
    }
    if (answer instanceof Answer.Pending) {
      return PeerReply.text(202, "a manager decides").with("Retry-After", "120");
    }
    return answer instanceof Answer.Denied denied
        ? PeerReply.text(400, denied.reason())
        : PeerReply.silence();
  }

  private static PeerReply bag(byte[] cms) {
    return PeerReply.of(
            200,
            "application/pkcs7-mime; smime-type=certs-only",
            Base64.getMimeEncoder().encode(cms))
        .with("Content-Transfer-Encoding", "base64");
  }
}
