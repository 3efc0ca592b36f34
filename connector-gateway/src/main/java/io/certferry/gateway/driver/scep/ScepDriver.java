package io.certferry.gateway.driver.scep;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.Capabilities;
import io.certferry.gateway.driver.ProbeReport;
import io.certferry.gateway.driver.SubmitOrder;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.ForeignCa;
import io.certferry.gateway.driver.wire.ForeignDriver;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.Probing;
import io.certferry.pki.Der;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * A SCEP server. The transaction id is the key's SHA-256, so that a request that is sent again and
 * each question about it belong together (RFC 8894 section 3.2.1.1).
 */
final class ScepDriver implements ForeignDriver {

  private static final String WEAK =
      "The server does not offer AES, SHA-256 and POST (GetCACaps): with less no request is sent."
          + " Switch SCEPStandard on at the server.";

  private final ForeignCa ca;
  private final ScepServer server;
  private final ScepSigner signer;

  ScepDriver(ForeignCa ca, ScepServer server, ScepSigner signer) {
    this.ca = ca;
    this.server = server;
    this.signer = signer;
  }

  @Override
  public ForeignCa ca() {
    return ca;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, true, false, false, ca.maxInFlight());
  }

  @Override
  public SubmitOutcome submit(SubmitOrder order) {
    if (!ca.templates().has(order.template())) {
      return Answers.configuration(Fault.UNKNOWN_TEMPLATE);
    }
    try {
      return exchange(ScepMessage.Type.PKCS_REQ, order.csr(), challenged(order.csr().toArray()));
    } catch (IOException e) {
      return new SubmitOutcome.Retryable(Fault.CREDENTIALS_UNREADABLE.code());
    }
  }

  private byte[] challenged(byte[] csr) throws IOException {
    if (!ca.http().credentials().hasPassword()) {
      return csr;
    }
    try (SecretBytes challenge = ca.http().credentials().password()) {
      return ChallengedRequest.of(csr, challenge);
    }
  }

  /** RFC 8894 section 3.3.3: the issuer and the subject. */
  @Override
  public SubmitOutcome query(String caRequestId, Bytes csr) {
    ParsedCsr parsed = CertificateRequests.parse(csr.toArray());
    byte[] names =
        Der.encode(
            new DERSequence(
                    new ASN1Encodable[] {
                      X500Name.getInstance(ca.chain().issuing().subject().der()),
                      X500Name.getInstance(parsed.subject().der())
                    })
                ::getEncoded);
    return transaction(csr).equals(caRequestId)
        ? exchange(ScepMessage.Type.CERT_POLL, csr, names)
        : new SubmitOutcome.Unknown("no-such-request");
  }

  private SubmitOutcome exchange(ScepMessage.Type type, Bytes csr, byte[] content) {
    ScepServer.Identity identity = server.identityForAWhile();
    if (identity instanceof ScepServer.Unknown unknown) {
      return unknown.reached() && unknown.fault() != Fault.SERVER_ERROR
          ? Answers.configuration(unknown.fault())
          : new SubmitOutcome.Retryable(unknown.fault().code());
    }
    if (identity instanceof ScepServer.Weak) {
      return new SubmitOutcome.ConfigurationError("scep-too-weak", WEAK);
    }
    return exchange(type, csr, content, (ScepServer.Known) identity);
  }

  private SubmitOutcome exchange(
      ScepMessage.Type type, Bytes csr, byte[] content, ScepServer.Known known) {
    ScepMessage message = ScepMessage.of(type, transaction(csr));
    HttpOutcome outcome = server.operate(message.encode(content, known.recipient(), signer));
    if (!(outcome instanceof Answer answer)) {
      return Answers.withoutAnswer(outcome);
    }
    return answer.status() == 200 ? answered(csr, message, answer, known) : Answers.notOk(answer);
  }

  private SubmitOutcome answered(
      Bytes csr, ScepMessage message, Answer answer, ScepServer.Known known) {
    try {
      ScepReply reply = ScepReply.read(answer.body(), message, known.speakers(), signer);
      return switch (reply.status()) {
        case GRANTED ->
            Answers.issued(
                reply.certificates(),
                CertificateRequests.parse(csr.toArray()).spki(),
                ca.chain(),
                message.transactionId());
        case PENDING -> new SubmitOutcome.Pending(message.transactionId());
        case FAILED -> failed(reply.failInfo());
      };
    } catch (ScepReply.NotAuthenticException e) {
      server.forget();
      return Answers.unknown(Fault.ANSWER_NOT_AUTHENTIC);
    } catch (PkiException e) {
      return Answers.unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  /** RFC 8894 section 3.2.1.4. */
  private SubmitOutcome failed(int failInfo) {
    return switch (failInfo) {
      case 0 ->
          new SubmitOutcome.ConfigurationError(
              "scep-bad-algorithm", "The CA does not take this kind of key or signature.");
      case 1 ->
          new SubmitOutcome.Denied(
              "scep-bad-message",
              "The CA could not verify the message: it may want a signer that it"
                  + " knows, or an untouched request.");
      case 2 -> badRequest();
      case 3 -> new SubmitOutcome.Retryable("scep-bad-time");
      case 4 -> new SubmitOutcome.Unknown("no-such-request");
      default -> new SubmitOutcome.Denied("scep-failed", "The CA refused and did not say why.");
    };
  }

  /** Also what servers say to a wrong challenge; nothing tells the two apart. */
  private SubmitOutcome badRequest() {
    return new SubmitOutcome.Denied(
        "scep-bad-request",
        ca.http().credentials().hasPassword()
            ? "The CA refused the request: the challenge is wrong, or its rules do not allow it."
            : "The CA refused the request: it may want a challenge, or its rules do not allow it.");
  }

  private static String transaction(Bytes csr) {
    return Digests.sha256Hex(CertificateRequests.parse(csr.toArray()).spki());
  }

  @Override
  public ProbeReport probe() {
    Probing probing = new Probing(ca.clock());
    if (probing.reached(server.authorities())) {
      ScepServer.Identity identity = server.identity();
      if (identity instanceof ScepServer.Unknown unknown) {
        probing.fault("ca", unknown.fault());
      } else {
        probing.found("ca", true, "It speaks for the pinned CA.");
      }
      boolean strong = ScepServer.isStrong(server.capabilities());
      probing.found("algorithms", strong, strong ? "It offers AES, SHA-256 and POST." : WEAK);
    }
    return probing.chain(ca.chain()).templates(templates().size()).revocation(false).report();
  }
}
