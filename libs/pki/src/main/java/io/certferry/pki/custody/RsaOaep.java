package io.certferry.pki.custody;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;

/**
 * RSAES-OAEP (RFC 8017 section 7.1) with SHA-2 and a label. Decryption takes the bare RSA operation
 * as a function, because tokens rarely know OAEP with SHA-2: SoftHSM2 and the JDK's PKCS#11
 * provider do not, and all can do {@code CKM_RSA_X_509}.
 */
public final class RsaOaep {
  /**
   * The private operation {@code c^d mod n}.
   *
   * @see RsaOaep#decrypt
   */
  @FunctionalInterface
  public interface RawDecryption {
    /**
     * @param cipherText as many bytes as the modulus
     * @return the result, big-endian; leading zeros may be missing
     */
    byte[] apply(byte[] cipherText);
  }

  private static final CipherParameters THE_FUNCTION_HAS_THE_KEY = new CipherParameters() {};

  private RsaOaep() {}

  /**
   * @param spki the recipient, RSA
   * @param label what the message is bound to; empty for none
   * @throws PkiException LIMIT when the secret is too long for the key, ALGORITHM for another key
   */
  public static byte[] encrypt(byte[] spki, OaepHash hash, byte[] label, SecretBytes secret) {
    PublicKey key = PublicKeys.decode(spki);
    if (!(key instanceof RSAPublicKey rsa)) {
      throw new PkiException(Reason.ALGORITHM, "an import key is an RSA key");
    }
    OAEPEncoding oaep = encoding(new RSAEngine(), hash, label);
    oaep.init(true, new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent()));
    byte[] plain = secret.expose(SecretAccess.granted());
    if (plain.length > oaep.getInputBlockSize()) {
      throw new PkiException(
          Reason.LIMIT, "longer than the " + oaep.getInputBlockSize() + " bytes that fit");
    }
    try {
      return oaep.processBlock(plain, 0, plain.length);
    } catch (InvalidCipherTextException e) {
      throw new PkiException(Reason.PROVIDER, "cannot encrypt", e);
    }
  }

  /**
   * @param modulusBits of the key behind {@code raw}
   * @throws PkiException INTEGRITY when key, hash or label is not the one of encryption (the
   *     message does not tell which); MALFORMED when the cipher text cannot be of that key
   */
  public static SecretBytes decrypt(
      RawDecryption raw, int modulusBits, OaepHash hash, byte[] label, byte[] cipherText) {
    int blockBytes = (modulusBits + 7) / 8;
    if (cipherText.length != blockBytes) {
      throw new PkiException(
          Reason.MALFORMED,
          "cipher text of " + cipherText.length + " bytes for a key of " + blockBytes);
    }
    OAEPEncoding oaep = encoding(new Delegated(raw, blockBytes), hash, label);
    oaep.init(false, THE_FUNCTION_HAS_THE_KEY);
    try {
      return SecretBytes.owning(oaep.processBlock(cipherText, 0, cipherText.length));
    } catch (InvalidCipherTextException e) {
      throw new PkiException(Reason.INTEGRITY, "the cipher text does not open with this key");
    }
  }

  private static OAEPEncoding encoding(AsymmetricBlockCipher engine, OaepHash hash, byte[] label) {
    return new OAEPEncoding(engine, hash.digest(), hash.digest(), label);
  }

  /** Lets the padding be undone over somebody else's RSA. */
  private static final class Delegated implements AsymmetricBlockCipher {
    private final RawDecryption raw;
    private final int blockBytes;

    Delegated(RawDecryption raw, int blockBytes) {
      this.raw = raw;
      this.blockBytes = blockBytes;
    }

    @Override
    public void init(boolean forEncryption, CipherParameters parameters) {
      // The key is behind the function.
    }

    @Override
    public int getInputBlockSize() {
      return blockBytes;
    }

    @Override
    public int getOutputBlockSize() {
      return blockBytes - 1;
    }

    /** The engine's contract: at most one byte shorter than the modulus, without leading zeros. */
    @Override
    public byte[] processBlock(byte[] in, int offset, int length) {
      byte[] out = raw.apply(Arrays.copyOfRange(in, offset, offset + length));
      int zeros = 0;
      while (zeros < out.length && out[zeros] == 0) {
        zeros++;
      }
      byte[] stripped = Arrays.copyOfRange(out, zeros, out.length);
      Arrays.fill(out, (byte) 0);
      return stripped;
    }
  }
}
