package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.pki.DerLimits;
import io.certferry.pki.Randomness;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.GeneralPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;

/** Sends CMP messages over HTTP (RFC 9811) and believes only protected answers to them. */
final class CmpWire {

  private static final String CONTENT_TYPE = "application/pkixcmp";
  private static final DerLimits LIMITS = new DerLimits(32, 1024 * 1024);
  private static final int NONCE = 16;

  /** id-it-certProfile (RFC 9480). */
  private static final ASN1ObjectIdentifier CERT_PROFILE =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.4.21");

  private final CaHttp http;
  private final URI url;
  private final Protection protection;
  private final PinnedChain chain;
  private final InstantSource clock;

  CmpWire(CaHttp http, URI url, Protection protection, PinnedChain chain, InstantSource clock) {
    this.http = http;
    this.url = url;
    this.protection = protection;
    this.chain = chain;
    this.clock = clock;
  }

  /** What came back. */
  sealed interface Reply {}

  /**
   * An authentic answer.
   *
   * @param implicitlyConfirmed the CA wants no confirmation
   */
  record Body(PKIBody content, Transaction transaction, boolean implicitlyConfirmed)
      implements Reply {}

  /** An error whose protection is missing or does not verify; it decides nothing. */
  record Unproven(PKIBody content) implements Reply {}

  /** Nothing that can be relied on. */
  record Failed(HttpOutcome outcome) implements Reply {}

  /**
   * One message and its answer.
   *
   * @param profile of the CA (RFC 9483 section 4.1.1), if any
   */
  Reply exchange(Transaction transaction, PKIBody body, Optional<String> profile) {
    byte[] nonce = Randomness.bytes(NONCE);
    byte[] message;
    try {
      message = message(transaction, body, profile, nonce);
    } catch (IOException | CMPException e) {
      return new Failed(new NotSent(Fault.CREDENTIALS_UNREADABLE));
    }
    HttpOutcome outcome = http.exchange(HttpCall.post(url, CONTENT_TYPE, message).withoutBasic());
    return outcome instanceof Answer answer && answer.status() == 200
        ? read(answer, transaction, nonce)
        : new Failed(outcome);
  }

  private byte[] message(
      Transaction transaction, PKIBody body, Optional<String> profile, byte[] nonce)
      throws IOException, CMPException {
    ProtectedPKIMessageBuilder builder =
        new ProtectedPKIMessageBuilder(protection.sender(), recipient())
            .setMessageTime(Date.from(clock.instant()))
            .setTransactionID(transaction.id())
            .setSenderNonce(nonce)
            .setBody(body);
    if (transaction.theirNonce().length > 0) {
      builder.setRecipNonce(transaction.theirNonce());
    }
    if (RequestForm.isRequest(body)) {
      builder.addGeneralInfo(
          new InfoTypeAndValue(CMPObjectIdentifiers.it_implicitConfirm, DERNull.INSTANCE));
    }
    profile.ifPresent(name -> builder.addGeneralInfo(profile(name)));
    return protection.protect(builder).toASN1Structure().getEncoded("DER");
  }

  private GeneralName recipient() {
    return new GeneralName(X500Name.getInstance(chain.issuing().subject().der()));
  }

  private static InfoTypeAndValue profile(String name) {
    return new InfoTypeAndValue(CERT_PROFILE, new DERSequence(new DERUTF8String(name)));
  }

  private Reply read(Answer answer, Transaction transaction, byte[] nonce) {
    try {
      LIMITS.check(answer.body());
      GeneralPKIMessage message = new GeneralPKIMessage(answer.body());
      if (!message.hasProtection()) {
        return message.getBody().getType() == PKIBody.TYPE_ERROR
            ? new Unproven(message.getBody())
            : new Failed(new Lost(Fault.ANSWER_NOT_AUTHENTIC));
      }
      return verified(new ProtectedPKIMessage(message), transaction, nonce);
    } catch (IOException | CMPException | RuntimeException e) {
      return new Failed(new Lost(Fault.ANSWER_NOT_UNDERSTOOD));
    }
  }

  private Reply verified(ProtectedPKIMessage message, Transaction transaction, byte[] nonce)
      throws IOException, CMPException {
    PKIHeader header = message.getHeader();
    boolean ours =
        same(header.getTransactionID(), transaction.id()) && same(header.getRecipNonce(), nonce);
    if (!ours || !protection.verifies(message)) {
      return message.getBody().getType() == PKIBody.TYPE_ERROR
          ? new Unproven(message.getBody())
          : new Failed(new Lost(Fault.ANSWER_NOT_AUTHENTIC));
    }
    byte[] theirs =
        header.getSenderNonce() == null ? new byte[0] : header.getSenderNonce().getOctets();
    return new Body(message.getBody(), transaction.answered(theirs), isImplicitlyConfirmed(header));
  }

  private static boolean isImplicitlyConfirmed(PKIHeader header) {
    return header.getGeneralInfo() != null
        && Arrays.stream(header.getGeneralInfo())
            .anyMatch(info -> info.getInfoType().equals(CMPObjectIdentifiers.it_implicitConfirm));
  }

  private static boolean same(
      @org.jspecify.annotations.Nullable ASN1OctetString theirs, byte[] ours) {
    return theirs != null && Arrays.equals(theirs.getOctets(), ours);
  }
}
