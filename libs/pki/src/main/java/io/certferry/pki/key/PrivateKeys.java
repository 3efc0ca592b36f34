package io.certferry.pki.key;

import io.certferry.pki.Der;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Private keys between PKCS#8 DER and the JCA. */
public final class PrivateKeys {
  private PrivateKeys() {}

  /**
   * The JCA key of a PKCS#8 private key. Its numbers cannot be overwritten in the JVM, so build it
   * as late as possible and drop it at once.
   *
   * @throws PkiException MALFORMED, or ALGORITHM when neither RSA nor EC
   */
  public static PrivateKey decode(SecretBytes pkcs8) {
    byte[] der = pkcs8.expose(SecretAccess.granted());
    try {
      return KeyFactory.getInstance(algorithm(der)).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.MALFORMED, "not a usable PKCS#8 private key", e);
    }
  }

  /**
   * The JDK leaves an EC key's public part out of its PKCS#8; OpenSSL puts it in, and some
   * importers need it. So it is always put in, in OpenSSL's form (no inner parameters). Overwrites
   * its input.
   */
  static byte[] withPublicKey(byte[] pkcs8, byte[] spki) {
    PrivateKeyInfo info = read(pkcs8);
    if (!info.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return pkcs8;
    }
    byte[] inner = ecPrivateKey(info.getPrivateKey().getOctets(), spki);
    try {
      return encode(new ASN1Integer(0), info.getPrivateKeyAlgorithm(), new DEROctetString(inner));
    } finally {
      Arrays.fill(inner, (byte) 0);
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /** RFC 5915: version 1, scalar, [1] public key. */
  private static byte[] ecPrivateKey(byte[] der, byte[] spki) {
    ASN1OctetString scalar =
        ASN1OctetString.getInstance(ASN1Sequence.getInstance(der).getObjectAt(1));
    byte[] point = SubjectPublicKeyInfo.getInstance(spki).getPublicKeyData().getOctets();
    try {
      return encode(
          new ASN1Integer(1), scalar, new DERTaggedObject(true, 1, new DERBitString(point)));
    } finally {
      Arrays.fill(scalar.getOctets(), (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  private static byte[] encode(ASN1Encodable... elements) {
    return Der.encode(new DERSequence(elements)::getEncoded);
  }

  private static String algorithm(byte[] pkcs8) {
    ASN1ObjectIdentifier oid = read(pkcs8).getPrivateKeyAlgorithm().getAlgorithm();
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "RSA";
    }
    if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "EC";
    }
    throw new PkiException(Reason.ALGORITHM, "private key algorithm " + oid + " is not accepted");
  }

  private static PrivateKeyInfo read(byte[] pkcs8) {
    return Der.read("PKCS#8 private key", pkcs8, PrivateKeyInfo::getInstance);
  }
}
