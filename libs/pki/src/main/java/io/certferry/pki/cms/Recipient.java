package io.certferry.pki.cms;

import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.key.PublicKeys;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.x509.Certificate;

/** The one that an envelope is for: its key, and its name as issuer and serial number. */
record Recipient(PublicKey key, IssuerAndSerialNumber identifier) {
  private static final DerLimits LIMITS = new DerLimits(32, 64 * 1024);

  static Recipient of(byte[] certificate) {
    return Der.read(
        "recipient certificate", certificate, LIMITS, der -> of(Certificate.getInstance(der)));
  }

  private static Recipient of(Certificate certificate) {
    byte[] spki = Der.encode(certificate.getSubjectPublicKeyInfo()::getEncoded);
    return new Recipient(PublicKeys.decode(spki), new IssuerAndSerialNumber(certificate));
  }

  RecipientInfo wrap(byte[] contentKey, RsaTransport transport) throws GeneralSecurityException {
    if (key instanceof ECPublicKey ec) {
      return new RecipientInfo(EcdhWrap.wrap(ec, identifier, contentKey));
    }
    return new RecipientInfo(
        new KeyTransRecipientInfo(
            new RecipientIdentifier(identifier),
            transport.identifier(),
            new DEROctetString(transport.encrypt(key, contentKey))));
  }
}
