package io.certferry.pki.cms;

import io.certferry.pki.Der;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.PublicKeys;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorIdentifierOrKey;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Ephemeral-static ECDH to one recipient (RFC 5753): dhSinglePass-stdDH-sha256kdf-scheme with
 * AES-256 key wrap, no user keying material.
 */
final class EcdhWrap {
  static final AlgorithmIdentifier KEY_WRAP =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_wrap);
  static final AlgorithmIdentifier SCHEME =
      new AlgorithmIdentifier(SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme, KEY_WRAP);

  private static final byte[] KEK_BITS = {0, 0, 1, 0};
  private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

  private EcdhWrap() {}

  static KeyAgreeRecipientInfo wrap(
      ECPublicKey recipient, IssuerAndSerialNumber identifier, byte[] contentKey)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(recipient.getParams());
    KeyPair ephemeral = generator.generateKeyPair();
    Cipher cipher = keyWrap(Cipher.WRAP_MODE, kek(ephemeral.getPrivate(), recipient));
    byte[] wrapped = cipher.wrap(new SecretKeySpec(contentKey, "AES"));
    return new KeyAgreeRecipientInfo(
        new OriginatorIdentifierOrKey(originator(ephemeral.getPublic())),
        null,
        SCHEME,
        new DERSequence(
            new RecipientEncryptedKey(
                new KeyAgreeRecipientIdentifier(identifier), new DEROctetString(wrapped))));
  }

  /**
   * The curve stands with the recipient's key, so the parameters stay absent (RFC 5753 section
   * 3.1.1).
   */
  private static OriginatorPublicKey originator(PublicKey ephemeral) {
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(ephemeral.getEncoded());
    return new OriginatorPublicKey(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey),
        info.getPublicKeyData().getOctets());
  }

  /**
   * @param recipient the recipient's own public key, for the curve
   * @throws GeneralSecurityException when it does not open
   */
  static byte[] unwrap(
      PrivateKey key, ECPublicKey recipient, OriginatorPublicKey originator, byte[] wrapped)
      throws GeneralSecurityException {
    SubjectPublicKeyInfo own = SubjectPublicKeyInfo.getInstance(recipient.getEncoded());
    ASN1Encodable parameters = originator.getAlgorithm().getParameters();
    boolean sameCurve =
        parameters == null
            || parameters.equals(DERNull.INSTANCE)
            || parameters.equals(own.getAlgorithm().getParameters());
    if (!originator.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
        || !sameCurve
        || !(key instanceof ECPrivateKey)) {
      throw new PkiException(Reason.ALGORITHM, "the originator's key is of another kind");
    }
    byte[] point = originator.getPublicKeyData().getOctets();
    SubjectPublicKeyInfo ephemeral = new SubjectPublicKeyInfo(own.getAlgorithm(), point);
    PublicKey peer = PublicKeys.decode(Der.encode(ephemeral::getEncoded));
    Cipher cipher = keyWrap(Cipher.UNWRAP_MODE, kek(key, peer));
    return cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded();
  }

  private static Cipher keyWrap(int mode, byte[] kek) throws GeneralSecurityException {
    try {
      Cipher cipher = Cipher.getInstance("AESWrap");
      cipher.init(mode, new SecretKeySpec(kek, "AES"));
      return cipher;
    } finally {
      Arrays.fill(kek, (byte) 0);
    }
  }

  /** X9.63 KDF: 256 bits are exactly one block of SHA-256. */
  private static byte[] kek(PrivateKey own, PublicKey peer) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own);
    agreement.doPhase(peer, true);
    byte[] secret = agreement.generateSecret();
    byte[] info = Der.encode(new ECCCMSSharedInfo(KEY_WRAP, KEK_BITS)::getEncoded);
    byte[] input =
        ByteBuffer.allocate(secret.length + FIRST_BLOCK.length + info.length)
            .put(secret)
            .put(FIRST_BLOCK)
            .put(info)
            .array();
    try {
      return Digests.sha256(input);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(input, (byte) 0);
    }
  }
}
