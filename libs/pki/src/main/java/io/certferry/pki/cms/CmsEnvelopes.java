package io.certferry.pki.cms;

import static io.certferry.pki.AlgorithmPolicy2026.GCM_NONCE_BYTES;
import static io.certferry.pki.AlgorithmPolicy2026.GCM_TAG_BITS;

import io.certferry.pki.CryptoProviders;
import io.certferry.pki.Der;
import io.certferry.pki.DerLimits;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import io.certferry.pki.key.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * CMS envelopes to exactly one certificate.
 *
 * <p>{@link #seal} writes AuthEnvelopedData (RFC 5083, 5084): AES-256-GCM with a 128-bit tag under
 * a fresh key, which travels by RSA-OAEP with SHA-256 and MGF1-SHA-256 (RFC 3560, 4055) or by
 * ephemeral-static ECDH with the X9.63 KDF over SHA-256 and AES-256 key wrap (RFC 5753). No RFC
 * 9709 derivation: OpenSSL 3.0 and the agents of device management have to open it.
 */
public final class CmsEnvelopes {
  /** Largest content in bytes. */
  public static final int MAX_CONTENT = 1024 * 1024;

  static final DerLimits LIMITS = new DerLimits(32, MAX_CONTENT + 64 * 1024);

  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 16;

  private CmsEnvelopes() {}

  /**
   * Seals content for the holder of a certificate's key. Whether the certificate is trusted is the
   * caller's to check; its key has to be inside the policy.
   *
   * @param content at most 1 MiB; not changed
   * @param recipientCertificate DER; RSA from 2048 bits or P-256, P-384, P-521
   * @return ContentInfo, DER
   * @throws PkiException ALGORITHM for another key, MALFORMED, LIMIT
   */
  public static byte[] seal(byte[] content, byte[] recipientCertificate) {
    byte[] key = key(content);
    byte[] nonce = Randomness.bytes(GCM_NONCE_BYTES);
    try {
      RecipientInfo recipient =
          Recipient.of(recipientCertificate).wrap(key, RsaTransport.OAEP_SHA256);
      byte[] sealed = gcm(Cipher.ENCRYPT_MODE, key, nonce).doFinal(content);
      int end = sealed.length - GCM_TAG_BITS / 8;
      AlgorithmIdentifier algorithm =
          new AlgorithmIdentifier(
              NISTObjectIdentifiers.id_aes256_GCM, new GCMParameters(nonce, GCM_TAG_BITS / 8));
      return contentInfo(
          CMSObjectIdentifiers.authEnvelopedData,
          new AuthEnvelopedData(
              null,
              new DERSet(recipient),
              encrypted(algorithm, Arrays.copyOf(sealed, end)),
              null,
              new DEROctetString(Arrays.copyOfRange(sealed, end, sealed.length)),
              null));
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.PROVIDER, "cannot seal an envelope", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Opens what {@link #seal} writes, and nothing weaker: DER only, AuthEnvelopedData, AES-256-GCM
   * with a 12-byte nonce and a 16-byte tag, one recipient, the key by RSA-OAEP-SHA-256 or ECDH as
   * above, no attributes. PKCS #1 v1.5 and CBC are never decrypted.
   *
   * @param envelope ContentInfo, DER
   * @param pkcs8 the recipient's private key; stays open
   * @param recipientCertificate DER, has to be the recipient that the envelope names
   * @return the content; the caller closes it
   * @throws PkiException MALFORMED or LIMIT (structure), ALGORITHM (anything but the above),
   *     INTEGRITY (another recipient, a wrong key or any tampering; the message does not tell
   *     which)
   */
  public static SecretBytes open(byte[] envelope, SecretBytes pkcs8, byte[] recipientCertificate) {
    return SecretBytes.owning(
        Der.read(
            "CMS envelope",
            envelope,
            LIMITS,
            der -> EnvelopeReader.open(der, pkcs8, Recipient.of(recipientCertificate))));
  }

  /**
   * EnvelopedData (RFC 5652 section 6) with AES-256-CBC for Apple's {@code EncryptedPayloadContent}
   * and for Windows, whose importers know neither AuthEnvelopedData nor OAEP: an RSA key gets PKCS
   * #1 v1.5 here, an EC key the same ECDH as in {@link #seal}. It does not authenticate its
   * content: only inside something signed.
   *
   * @param content at most 1 MiB; not changed
   * @param recipientCertificate DER, as in {@link #seal}
   * @return ContentInfo, DER
   */
  public static byte[] sealEnvelopedData(byte[] content, byte[] recipientCertificate) {
    CryptoProviders.requireUnapprovedAllowed("PKCS #1 v1.5 in an envelope");
    byte[] key = key(content);
    byte[] iv = Randomness.bytes(IV_BYTES);
    try {
      Recipient recipient = Recipient.of(recipientCertificate);
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      AlgorithmIdentifier algorithm =
          new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv));
      return contentInfo(
          CMSObjectIdentifiers.envelopedData,
          new EnvelopedData(
              null,
              new DERSet(recipient.wrap(key, RsaTransport.PKCS1_V15)),
              encrypted(algorithm, cipher.doFinal(content)),
              (ASN1Set) null));
    } catch (GeneralSecurityException e) {
      throw new PkiException(Reason.PROVIDER, "cannot seal an envelope", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  static Cipher gcm(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(GCM_TAG_BITS, nonce));
    return cipher;
  }

  private static byte[] key(byte[] content) {
    if (content.length > MAX_CONTENT) {
      throw new PkiException(Reason.LIMIT, "content longer than " + MAX_CONTENT + " bytes");
    }
    return Randomness.bytes(KEY_BYTES);
  }

  private static EncryptedContentInfo encrypted(AlgorithmIdentifier algorithm, byte[] content) {
    return new EncryptedContentInfo(
        CMSObjectIdentifiers.data, algorithm, new DEROctetString(content));
  }

  private static byte[] contentInfo(ASN1ObjectIdentifier type, ASN1Encodable content) {
    return Der.encode(new ContentInfo(type, content)::getEncoded);
  }
}
