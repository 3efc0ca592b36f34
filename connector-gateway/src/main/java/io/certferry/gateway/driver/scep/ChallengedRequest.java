package io.certferry.gateway.driver.scep;

import io.certferry.pki.Der;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;

/**
 * A CSR with the CA's challenge in it (RFC 8894 section 2.4). The challenge is a credential of this
 * connector and must not travel further up, so it is put in here, as a registration authority does.
 * The device's signature, which was verified before, then no longer covers the attributes: a server
 * that verifies it wants a signer of its own ({@code scep.signer-certificate}) and no challenge.
 */
final class ChallengedRequest {

  private ChallengedRequest() {}

  static byte[] of(byte[] csr, SecretBytes challenge) {
    CertificationRequest request = CertificationRequest.getInstance(csr);
    CertificationRequestInfo info = request.getCertificationRequestInfo();
    ASN1EncodableVector attributes = new ASN1EncodableVector();
    if (info.getAttributes() != null) {
      info.getAttributes().forEach(attributes::add);
    }
    attributes.add(challenge(challenge));
    CertificationRequestInfo challenged =
        new CertificationRequestInfo(
            info.getSubject(), info.getSubjectPublicKeyInfo(), new DERSet(attributes));
    return Der.encode(
        new CertificationRequest(
                challenged, request.getSignatureAlgorithm(), request.getSignature())
            ::getEncoded);
  }

  private static Attribute challenge(SecretBytes challenge) {
    String text = new String(challenge.expose(SecretAccess.granted()), StandardCharsets.UTF_8);
    return new Attribute(
        PKCSObjectIdentifiers.pkcs_9_at_challengePassword,
        new DERSet(
            DERPrintableString.isPrintableString(text)
                ? new DERPrintableString(text)
                : new DERUTF8String(text)));
  }
}
