package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.wire.Settings;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.crmf.CertReqMsg;
import org.bouncycastle.asn1.crmf.CertRequest;
import org.bouncycastle.asn1.crmf.CertTemplateBuilder;
import org.bouncycastle.asn1.crmf.ProofOfPossession;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * How a certificate is asked for (RFC 9483 sections 4.1 and 5.2.3). In {@code ir} and {@code cr}
 * the connector says, as a registration authority, that it saw the proof of possession: it verified
 * the CSR, and has no key to sign another one with.
 */
enum RequestForm {
  P10CR(PKIBody.TYPE_P10_CERT_REQ),
  CR(PKIBody.TYPE_CERT_REQ),
  IR(PKIBody.TYPE_INIT_REQ);

  private final int type;

  RequestForm(int type) {
    this.type = type;
  }

  static RequestForm configured(Settings settings, String name) {
    return Arrays.stream(values())
        .filter(form -> form.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> settings.wrong("cmp.request", "is p10cr, cr or ir"));
  }

  /** Whether a body asks for a certificate. */
  static boolean isRequest(PKIBody body) {
    return Arrays.stream(values()).anyMatch(form -> form.type == body.getType());
  }

  PKIBody body(byte[] csr) {
    CertificationRequest request = CertificationRequest.getInstance(csr);
    return new PKIBody(
        type, this == P10CR ? request : message(request.getCertificationRequestInfo()));
  }

  private static CertReqMessages message(CertificationRequestInfo info) {
    CertTemplateBuilder template =
        new CertTemplateBuilder()
            .setSubject(info.getSubject())
            .setPublicKey(info.getSubjectPublicKeyInfo());
    extensions(info).forEach(template::setExtensions);
    ProofOfPossession seen = new ProofOfPossession();
    return new CertReqMessages(
        new CertReqMsg(new CertRequest(0, template.build(), null), seen, null));
  }

  private static Stream<Extensions> extensions(CertificationRequestInfo info) {
    return info.getAttributes() == null
        ? Stream.empty()
        : Arrays.<ASN1Encodable>stream(info.getAttributes().toArray())
            .map(Attribute::getInstance)
            .filter(
                attribute ->
                    attribute
                        .getAttrType()
                        .equals(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest))
            .map(attribute -> Extensions.getInstance(attribute.getAttrValues().getObjectAt(0)));
  }
}
