package io.certferry.pki.cms;

import static io.certferry.pki.AlgorithmPolicy2026.GCM_NONCE_BYTES;
import static io.certferry.pki.AlgorithmPolicy2026.GCM_TAG_BITS;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretBytes;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/** Opens one AuthEnvelopedData, algorithm by algorithm against the list of what we write. */
final class EnvelopeReader {
  private final AuthEnvelopedData data;
  private final PrivateKey key;
  private final Recipient recipient;

  private EnvelopeReader(AuthEnvelopedData data, PrivateKey key, Recipient recipient) {
    this.data = data;
    this.key = key;
    this.recipient = recipient;
  }

  static byte[] open(byte[] der, SecretBytes pkcs8, Recipient recipient) {
    ContentInfo info = ContentInfo.getInstance(der);
    require(
        info.getContentType().equals(CMSObjectIdentifiers.authEnvelopedData),
        "content type " + info.getContentType());
    AuthEnvelopedData data = AuthEnvelopedData.getInstance(info.getContent());
    require(data.getVersion().hasValue(0), "version " + data.getVersion());
    return new EnvelopeReader(data, PrivateKeys.decode(pkcs8), recipient).content();
  }

  private byte[] content() {
    require(
        data.getAuthAttrs() == null
            && data.getUnauthAttrs() == null
            && data.getOriginatorInfo() == null,
        "an envelope with attributes");
    EncryptedContentInfo encrypted = data.getAuthEncryptedContentInfo();
    byte[] nonce = nonce(encrypted);
    byte[] tag = data.getMac().getOctets();
    require(tag.length == GCM_TAG_BITS / 8, "a tag of " + tag.length + " bytes");
    if (encrypted.getEncryptedContent() == null) {
      throw new PkiException(Reason.MALFORMED, "an envelope without its content");
    }
    return decrypt(nonce, encrypted.getEncryptedContent().getOctets(), tag);
  }

  private static byte[] nonce(EncryptedContentInfo encrypted) {
    require(
        encrypted.getContentType().equals(CMSObjectIdentifiers.data),
        "content of type " + encrypted.getContentType());
    require(
        encrypted
            .getContentEncryptionAlgorithm()
            .getAlgorithm()
            .equals(NISTObjectIdentifiers.id_aes256_GCM),
        "content encryption " + encrypted.getContentEncryptionAlgorithm().getAlgorithm());
    GCMParameters gcm =
        GCMParameters.getInstance(encrypted.getContentEncryptionAlgorithm().getParameters());
    require(gcm.getIcvLen() == GCM_TAG_BITS / 8, "a tag of " + gcm.getIcvLen() + " bytes");
    require(gcm.getNonce().length == GCM_NONCE_BYTES, "a nonce of another length");
    return gcm.getNonce();
  }

  private byte[] decrypt(byte[] nonce, byte[] content, byte[] tag) {
    byte[] contentKey = null;
    try {
      contentKey = contentKey();
      byte[] sealed =
          ByteBuffer.allocate(content.length + tag.length).put(content).put(tag).array();
      return CmsEnvelopes.gcm(Cipher.DECRYPT_MODE, contentKey, nonce).doFinal(sealed);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PkiException(Reason.INTEGRITY, "the envelope does not open with this key", e);
    } finally {
      if (contentKey != null) {
        Arrays.fill(contentKey, (byte) 0);
      }
    }
  }

  private byte[] contentKey() throws GeneralSecurityException {
    require(data.getRecipientInfos().size() == 1, "an envelope to several recipients");
    ASN1Encodable info =
        RecipientInfo.getInstance(data.getRecipientInfos().getObjectAt(0)).getInfo();
    if (info instanceof KeyTransRecipientInfo transport) {
      return rsa(transport);
    }
    if (info instanceof KeyAgreeRecipientInfo agreement) {
      return ecdh(agreement);
    }
    throw new PkiException(Reason.ALGORITHM, "the kind of recipient is not accepted");
  }

  private byte[] rsa(KeyTransRecipientInfo transport) throws GeneralSecurityException {
    require(transport.getVersion().hasValue(0), "recipient version " + transport.getVersion());
    require(
        transport.getKeyEncryptionAlgorithm().equals(RsaTransport.OAEP_SHA256.identifier()),
        "key transport other than RSA-OAEP with SHA-256");
    checkRecipient(transport.getRecipientIdentifier().getId());
    Cipher cipher = Cipher.getInstance(RsaTransport.OAEP_TRANSFORMATION);
    cipher.init(Cipher.DECRYPT_MODE, key, RsaTransport.OAEP);
    return checkedKey(cipher.doFinal(transport.getEncryptedKey().getOctets()));
  }

  private byte[] ecdh(KeyAgreeRecipientInfo agreement) throws GeneralSecurityException {
    require(agreement.getVersion().hasValue(3), "recipient version " + agreement.getVersion());
    require(
        agreement.getKeyEncryptionAlgorithm().equals(EcdhWrap.SCHEME)
            && agreement.getUserKeyingMaterial() == null,
        "key agreement other than stdDH-sha256kdf with AES-256 key wrap");
    require(agreement.getRecipientEncryptedKeys().size() == 1, "an envelope to several recipients");
    RecipientEncryptedKey wrapped =
        RecipientEncryptedKey.getInstance(agreement.getRecipientEncryptedKeys().getObjectAt(0));
    checkRecipient(wrapped.getIdentifier().getIssuerAndSerialNumber());
    OriginatorPublicKey originator = agreement.getOriginator().getOriginatorKey();
    if (originator == null || !(recipient.key() instanceof ECPublicKey own)) {
      throw new PkiException(Reason.ALGORITHM, "the originator's key is of another kind");
    }
    return checkedKey(EcdhWrap.unwrap(key, own, originator, wrapped.getEncryptedKey().getOctets()));
  }

  private void checkRecipient(@Nullable ASN1Encodable identifier) {
    if (!recipient.identifier().equals(identifier)) {
      throw new PkiException(Reason.INTEGRITY, "the envelope is for another certificate");
    }
  }

  private static byte[] checkedKey(byte[] contentKey) throws GeneralSecurityException {
    if (contentKey.length != 32) {
      throw new InvalidKeyException("not an AES-256 key");
    }
    return contentKey;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new PkiException(Reason.ALGORITHM, what + " is not accepted");
    }
  }
}
