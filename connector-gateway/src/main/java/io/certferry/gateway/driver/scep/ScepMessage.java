package io.certferry.gateway.driver.scep;

import io.certferry.pki.PkiException;
import io.certferry.pki.Randomness;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.CollectionStore;

/**
 * A message to a SCEP server (RFC 8894 section 3): the request in an envelope to the CA, signed by
 * this connector.
 *
 * @param type 19 PKCSReq, 20 CertPoll
 * @param transactionId the same for a request and each question about it
 * @param nonce sixteen bytes that the answer must repeat
 */
record ScepMessage(Type type, String transactionId, byte[] nonce) {

  static final ASN1ObjectIdentifier MESSAGE_TYPE = attribute("2");
  static final ASN1ObjectIdentifier PKI_STATUS = attribute("3");
  static final ASN1ObjectIdentifier FAIL_INFO = attribute("4");
  static final ASN1ObjectIdentifier SENDER_NONCE = attribute("5");
  static final ASN1ObjectIdentifier RECIPIENT_NONCE = attribute("6");
  static final ASN1ObjectIdentifier TRANSACTION_ID = attribute("7");

  private static final int NONCE = 16;

  /** RFC 8894 section 3.2.1.2. */
  enum Type {
    PKCS_REQ("19"),
    CERT_POLL("20");

    private final String number;

    Type(String number) {
      this.number = number;
    }
  }

  static ScepMessage of(Type type, String transactionId) {
    return new ScepMessage(type, transactionId, Randomness.bytes(NONCE));
  }

  private static ASN1ObjectIdentifier attribute(String last) {
    return new ASN1ObjectIdentifier("2.16.840.1.113733.1.9." + last);
  }

  /**
   * The whole message.
   *
   * @param content the CSR, or issuer and subject for a question
   */
  byte[] encode(byte[] content, X509Certificate recipient, ScepSigner signer) {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addSignerInfoGenerator(
          new JcaSimpleSignerInfoGeneratorBuilder()
              .setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(attributes()))
              .build("SHA256withRSA", signer.key(), signer.certificate()));
      generator.addCertificates(
          new CollectionStore<>(List.of(new JcaX509CertificateHolder(signer.certificate()))));
      return generator
          .generate(new CMSProcessableByteArray(envelope(content, recipient)), true)
          .toASN1Structure()
          .getEncoded("DER");
    } catch (CMSException | OperatorCreationException | GeneralSecurityException | IOException e) {
      throw new PkiException(PkiException.Reason.PROVIDER, "cannot build a SCEP message", e);
    }
  }

  private static byte[] envelope(byte[] content, X509Certificate recipient)
      throws CMSException, GeneralSecurityException, IOException {
    CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
    generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(recipient));
    return generator
        .generate(
            new CMSProcessableByteArray(content),
            new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC).build())
        .toASN1Structure()
        .getEncoded("DER");
  }

  private AttributeTable attributes() {
    Hashtable<ASN1ObjectIdentifier, Attribute> table = new Hashtable<>();
    put(table, MESSAGE_TYPE, new DERPrintableString(type.number));
    put(table, TRANSACTION_ID, new DERPrintableString(transactionId));
    put(table, SENDER_NONCE, new DEROctetString(nonce));
    return new AttributeTable(table);
  }

  private static void put(
      Hashtable<ASN1ObjectIdentifier, Attribute> table,
      ASN1ObjectIdentifier type,
      ASN1Encodable value) {
    table.put(type, new Attribute(type, new DERSet(value)));
  }
}
