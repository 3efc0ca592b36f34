package io.certferry.testkit.peer;

import io.certferry.contracts.Bytes;
import io.certferry.pki.Randomness;
import io.certferry.pki.certificate.CertificateRequests;
import io.certferry.pki.certificate.CsrPlan;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.certificate.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.CollectionStore;

/**
 * A SCEP server (RFC 8894): GetCACaps, GetCACert and PKIOperation by POST. Messages go to a
 * registration authority whose RSA certificate the CA issued, since the CA's own key is EC.
 */
public final class ScepPeer implements Function<PeerRequest, PeerReply> {

  private static final String GRANTED = "0";
  private static final String FAILED = "2";
  private static final String PENDING = "3";
  private static final String BAD_REQUEST = "2";
  private static final String BAD_CERT_ID = "4";

  private final Enrolments enrolments;
  private final X509Certificate authority;
  private final PrivateKey key;
  private final Map<String, byte[]> transactions = new ConcurrentHashMap<>();

  private ScepPeer(LyingCa ca, X509Certificate authority, PrivateKey key, long validitySeconds) {
    this.enrolments = new Enrolments(ca, validitySeconds);
    this.authority = authority;
    this.key = key;
  }

  /** With a fresh registration authority, whose certificate is the first in the CA's ledger. */
  public static ScepPeer of(LyingCa ca, long validitySeconds) {
    try (GeneratedKey pair = KeyPairs.generate(KeySpec.RSA_2048)) {
      CsrPlan plan =
          new CsrPlan(
              DistinguishedName.ofCommonName("SCEP RA"), List.of(), List.of(), Set.of(), null);
      byte[] csr = CertificateRequests.create(plan, pair.spki(), pair.pkcs8());
      Answer answer = ca.submit(UUID.randomUUID(), csr, validitySeconds);
      return new ScepPeer(
          ca,
          PemFiles.parseCertificates(Enrolments.certificate(answer).toArray()).get(0),
          PrivateKeys.decode(pair.pkcs8()),
          validitySeconds);
    }
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    try {
      return switch (request.query().replaceFirst("^operation=", "")) {
        case "GetCACaps" -> PeerReply.text(200, "AES\nPOSTPKIOperation\nSCEPStandard\nSHA-256\n");
        case "GetCACert" -> PeerReply.of(200, "application/x-x509-ca-ra-cert", certificates());
        case "PKIOperation" -> operate(request.body());
        default -> PeerReply.text(400, "no such operation");
      };
    } catch (CMSException
        | IOException
        | GeneralSecurityException
        | OperatorCreationException
        | RuntimeException e) {
      return PeerReply.text(400, "bad message");
    }
  }

  private byte[] certificates() throws GeneralSecurityException {
    List<Bytes> all = new java.util.ArrayList<>(enrolments.ca().chain());
    all.add(0, Bytes.of(authority.getEncoded()));
    return CertificateBag.of(all);
  }

  private PeerReply operate(byte[] body)
      throws CMSException, IOException, GeneralSecurityException, OperatorCreationException {
    CMSSignedData message = new CMSSignedData(body);
    SignerInformation signer = message.getSignerInfos().getSigners().iterator().next();
    X509CertificateHolder sender =
        (X509CertificateHolder)
            message.getCertificates().getMatches(signer.getSID()).iterator().next();
    if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(sender))) {
      return PeerReply.text(400, "bad signature");
    }
    byte[] content =
        new CMSEnvelopedData((byte[]) message.getSignedContent().getContent())
            .getRecipientInfos()
            .iterator()
            .next()
            .getContent(new JceKeyTransEnvelopedRecipient(key));
    String transaction = text(signer, "7");
    byte[] csr = "19".equals(text(signer, "2")) ? content : transactions.get(transaction);
    if (csr == null) {
      return reply(signer, FAILED, BAD_CERT_ID, new CMSAbsentContent());
    }
    CertificateRequests.parse(csr);
    transactions.put(transaction, csr);
    return answer(signer, sender, enrolments.submit(csr));
  }

  private PeerReply answer(SignerInformation signer, X509CertificateHolder sender, Answer answer)
      throws CMSException, IOException, GeneralSecurityException, OperatorCreationException {
    if (answer instanceof Answer.Issued issued) {
      byte[] bag = CertificateBag.of(issued.certificate(), enrolments.ca().chain());
      return reply(signer, GRANTED, "", new CMSProcessableByteArray(sealed(bag, sender)));
    }
    if (answer instanceof Answer.Pending) {
      return reply(signer, PENDING, "", new CMSAbsentContent());
    }
    return answer instanceof Answer.Denied
        ? reply(signer, FAILED, BAD_REQUEST, new CMSAbsentContent())
        : PeerReply.silence();
  }

  private static byte[] sealed(byte[] bag, X509CertificateHolder recipient)
      throws CMSException, IOException, GeneralSecurityException {
    CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
    generator.addRecipientInfoGenerator(
        new JceKeyTransRecipientInfoGenerator(
            new org.bouncycastle.cert.jcajce.JcaX509CertificateConverter()
                .getCertificate(recipient)));
    return generator
        .generate(
            new CMSProcessableByteArray(bag),
            new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC).build())
        .getEncoded();
  }

  private PeerReply reply(
      SignerInformation request, String status, String failInfo, CMSTypedData content)
      throws CMSException, IOException, GeneralSecurityException, OperatorCreationException {
    Hashtable<ASN1ObjectIdentifier, Attribute> table = new Hashtable<>();
    put(table, "2", new DERPrintableString("3"));
    put(table, "3", new DERPrintableString(status));
    put(table, "5", new DEROctetString(Randomness.bytes(16)));
    put(table, "6", value(request, "5"));
    put(table, "7", value(request, "7"));
    if (!failInfo.isEmpty()) {
      put(table, "4", new DERPrintableString(failInfo));
    }
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(
        new JcaSimpleSignerInfoGeneratorBuilder()
            .setSignedAttributeGenerator(
                new DefaultSignedAttributeTableGenerator(new AttributeTable(table)))
            .build("SHA256withRSA", key, authority));
    generator.addCertificates(
        new CollectionStore<>(List.of(new JcaX509CertificateHolder(authority))));
    boolean empty = content instanceof CMSAbsentContent;
    CMSTypedData carried = empty ? new CMSProcessableByteArray(new byte[0]) : content;
    return PeerReply.of(
        200, "application/x-pki-message", generator.generate(carried, true).getEncoded());
  }

  private static void put(
      Hashtable<ASN1ObjectIdentifier, Attribute> table, String last, ASN1Encodable value) {
    table.put(oid(last), new Attribute(oid(last), new DERSet(value)));
  }

  private static ASN1ObjectIdentifier oid(String last) {
    return new ASN1ObjectIdentifier("2.16.840.1.113733.1.9." + last);
  }

  private static ASN1Encodable value(SignerInformation signer, String last) {
    return signer.getSignedAttributes().get(oid(last)).getAttrValues().getObjectAt(0);
  }

  private static String text(SignerInformation signer, String last) {
    return new String(
        ASN1PrintableString.getInstance(value(signer, last))
            .getString()
            .getBytes(StandardCharsets.US_ASCII),
        StandardCharsets.US_ASCII);
  }
}
