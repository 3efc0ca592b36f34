package io.certferry.gateway.driver.scep;

import io.certferry.gateway.driver.wire.Ber;
import io.certferry.gateway.driver.wire.CertificateBags;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * A CertRep (RFC 8894 section 3.3.2) whose signature, transaction and nonce were verified.
 *
 * @param failInfo 0 to 4, when it failed
 * @param certificates DER, when it was granted
 */
record ScepReply(Status status, int failInfo, List<byte[]> certificates) {

  private static final DerLimits LIMITS = new DerLimits(32, 1024 * 1024);

  /** RFC 8894 section 3.2.1.3. */
  enum Status {
    GRANTED("0"),
    FAILED("2"),
    PENDING("3");

    private final String number;

    Status(String number) {
      this.number = number;
    }
  }

  /** The answer does not prove that it is the CA's to this message. */
  static final class NotAuthenticException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAuthenticException(String message) {
      super(message);
    }
  }

  /**
   * Reads an answer.
   *
   * @param speakers whose signatures count
   * @throws NotAuthenticException if it is not signed by one of them for this message
   * @throws PkiException MALFORMED or LIMIT
   */
  static ScepReply read(
      byte[] cms, ScepMessage message, List<X509Certificate> speakers, ScepSigner signer)
      throws NotAuthenticException {
    byte[] der = Ber.toDer(cms);
    LIMITS.check(der);
    try {
      CMSSignedData signed = new CMSSignedData(der);
      SignerInformation author = author(signed, speakers);
      checkFits(author, message);
      Status status = status(text(author, ScepMessage.PKI_STATUS));
      return switch (status) {
        case GRANTED -> new ScepReply(status, -1, opened(content(signed), signer));
        case PENDING -> new ScepReply(status, -1, List.of());
        case FAILED -> new ScepReply(status, failInfo(author), List.of());
      };
    } catch (CMSException | IllegalArgumentException e) {
      throw new PkiException(Reason.MALFORMED, "not a SCEP answer", e);
    }
  }

  private static SignerInformation author(CMSSignedData signed, List<X509Certificate> speakers)
      throws NotAuthenticException {
    for (SignerInformation author : signed.getSignerInfos().getSigners()) {
      for (X509Certificate speaker : speakers) {
        if (isBy(author, speaker)) {
          return author;
        }
      }
    }
    throw new NotAuthenticException("signed by nobody who speaks for the CA");
  }

  private static boolean isBy(SignerInformation author, X509Certificate speaker) {
    try {
      return author.verify(new JcaSimpleSignerInfoVerifierBuilder().build(speaker));
    } catch (CMSException | OperatorCreationException e) {
      return false;
    }
  }

  private static void checkFits(SignerInformation author, ScepMessage message)
      throws NotAuthenticException {
    boolean ours =
        text(author, ScepMessage.TRANSACTION_ID).equals(message.transactionId())
            && value(author, ScepMessage.RECIPIENT_NONCE)
                .map(nonce -> ASN1OctetString.getInstance(nonce).getOctets())
                .filter(nonce -> Arrays.equals(nonce, message.nonce()))
                .isPresent();
    if (!ours) {
      throw new NotAuthenticException("an answer to another message");
    }
  }

  private static Status status(String number) {
    return Arrays.stream(Status.values())
        .filter(status -> status.number.equals(number))
        .findFirst()
        .orElseThrow(() -> new PkiException(Reason.MALFORMED, "a status that does not exist"));
  }

  private static int failInfo(SignerInformation author) {
    String info = text(author, ScepMessage.FAIL_INFO);
    return info.matches("[0-4]") ? Integer.parseInt(info) : -1;
  }

  private static String text(SignerInformation author, ASN1ObjectIdentifier type) {
    return value(author, type)
        .map(text -> ASN1PrintableString.getInstance(text).getString())
        .orElse("");
  }

  private static Optional<ASN1Encodable> value(
      SignerInformation author, ASN1ObjectIdentifier type) {
    Attribute attribute =
        author.getSignedAttributes() == null ? null : author.getSignedAttributes().get(type);
    return attribute == null || attribute.getAttrValues().size() != 1
        ? Optional.empty()
        : Optional.of(attribute.getAttrValues().getObjectAt(0));
  }

  private static byte[] content(CMSSignedData signed) {
    if (signed.getSignedContent() == null
        || !(signed.getSignedContent().getContent() instanceof byte[] content)) {
      throw new PkiException(Reason.MALFORMED, "granted, but without content");
    }
    return content;
  }

  private static List<byte[]> opened(byte[] envelope, ScepSigner signer) throws CMSException {
    byte[] der = Ber.toDer(envelope);
    LIMITS.check(der);
    for (RecipientInformation recipient : new CMSEnvelopedData(der).getRecipientInfos()) {
      return CertificateBags.read(
          recipient.getContent(new JceKeyTransEnvelopedRecipient(signer.key())));
    }
    throw new PkiException(Reason.MALFORMED, "an envelope to nobody");
  }
}
