package io.certferry.pki.pkcs12;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RC2CBCParameter;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.RC2Engine;
import org.bouncycastle.crypto.engines.RC4Engine;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.params.RC2Parameters;

/**
 * The decryption of one encrypted part of a foreign file: PBES2 with AES, 3DES or RC2 in CBC mode,
 * or the PKCS#12 schemes with 3DES, RC2 and RC4 (RFC 7292 appendix C). Old ciphers are read because
 * history is old; nothing here writes them.
 */
final class ForeignCipher {
  private static final int AES_BLOCK = 16;
  private static final int DES_BLOCK = 8;

  /** A PKCS#12 scheme: its engine and the bits of its key. */
  private record Scheme(Supplier<BlockCipher> engine, int keyBits) {}

  private static final Map<ASN1ObjectIdentifier, Scheme> PKCS12_SCHEMES =
      Map.of(
          PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC,
          new Scheme(DESedeEngine::new, 192),
          PKCSObjectIdentifiers.pbeWithSHAAnd2_KeyTripleDES_CBC,
          new Scheme(DESedeEngine::new, 128),
          PKCSObjectIdentifiers.pbeWithSHAAnd128BitRC2_CBC,
          new Scheme(RC2Engine::new, 128),
          PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC2_CBC,
          new Scheme(RC2Engine::new, 40));
  private static final Map<ASN1ObjectIdentifier, Integer> RC4_SCHEMES =
      Map.of(
          PKCSObjectIdentifiers.pbeWithSHAAnd128BitRC4, 128,
          PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC4, 40);
  private static final Map<ASN1ObjectIdentifier, Integer> AES_BITS =
      Map.of(
          NISTObjectIdentifiers.id_aes128_CBC, 128,
          NISTObjectIdentifiers.id_aes192_CBC, 192,
          NISTObjectIdentifiers.id_aes256_CBC, 256);

  private final boolean isPkcs12Scheme;
  private final Function<byte[], Decryption> underPassword;

  /** Plain octets of cipher text. */
  @FunctionalInterface
  private interface Decryption {
    byte[] of(byte[] encrypted) throws CryptoException;
  }

  private ForeignCipher(boolean isPkcs12Scheme, Function<byte[], Decryption> underPassword) {
    this.isPkcs12Scheme = isPkcs12Scheme;
    this.underPassword = underPassword;
  }

  /** Prepares a decryption and charges its derivation; nothing is derived yet. */
  static ForeignCipher of(AlgorithmIdentifier algorithm, WorkBudget budget) {
    ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
    if (oid.equals(PKCSObjectIdentifiers.id_PBES2)) {
      return pbes2(PBES2Parameters.getInstance(algorithm.getParameters()), budget);
    }
    Scheme scheme = PKCS12_SCHEMES.get(oid);
    if (scheme != null) {
      return pkcs12(scheme, PKCS12PBEParams.getInstance(algorithm.getParameters()), budget);
    }
    Integer rc4 = RC4_SCHEMES.get(oid);
    if (rc4 != null) {
      return rc4(rc4, PKCS12PBEParams.getInstance(algorithm.getParameters()), budget);
    }
    throw ForeignMac.unaccepted("encryption", algorithm);
  }

  private static ForeignCipher pkcs12(Scheme scheme, PKCS12PBEParams params, WorkBudget budget) {
    byte[] salt = ForeignMac.checkedSalt(params.getIV());
    int iterations = budget.charge(params.getIterations());
    return new ForeignCipher(
        true,
        password -> {
          PBEParametersGenerator generator = sha1(password, salt, iterations);
          CipherParameters key = generator.generateDerivedParameters(scheme.keyBits(), 64);
          return encrypted -> cbc(scheme.engine().get(), key, encrypted);
        });
  }

  private static ForeignCipher rc4(int keyBits, PKCS12PBEParams params, WorkBudget budget) {
    byte[] salt = ForeignMac.checkedSalt(params.getIV());
    int iterations = budget.charge(params.getIterations());
    return new ForeignCipher(
        true,
        password ->
            encrypted -> {
              RC4Engine engine = new RC4Engine();
              engine.init(
                  false, sha1(password, salt, iterations).generateDerivedParameters(keyBits));
              byte[] plain = new byte[encrypted.length];
              engine.processBytes(encrypted, 0, encrypted.length, plain, 0);
              return plain;
            });
  }

  private static PBEParametersGenerator sha1(byte[] password, byte[] salt, int iterations) {
    PBEParametersGenerator generator = new PKCS12ParametersGenerator(new SHA1Digest());
    generator.init(password, salt, iterations);
    return generator;
  }

  private static ForeignCipher pbes2(PBES2Parameters params, WorkBudget budget) {
    AlgorithmIdentifier kdf =
        AlgorithmIdentifier.getInstance(params.getKeyDerivationFunc().toASN1Primitive());
    if (!kdf.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      throw ForeignMac.unaccepted("key derivation", kdf);
    }
    PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(kdf.getParameters());
    byte[] salt = ForeignMac.checkedSalt(pbkdf2.getSalt());
    int iterations = budget.charge(pbkdf2.getIterationCount());
    ForeignMac.prf(pbkdf2.getPrf());
    Content content =
        content(AlgorithmIdentifier.getInstance(params.getEncryptionScheme().toASN1Primitive()));
    return new ForeignCipher(
        false,
        password -> {
          KeyParameter key =
              new KeyParameter(
                  Pbkdf2.derive(
                      ForeignMac.prf(pbkdf2.getPrf()),
                      password,
                      salt,
                      iterations,
                      content.keyBits() / 8));
          return encrypted -> cbc(content.engine().get(), content.parameters(key), encrypted);
        });
  }

  /** The content encryption of PBES2. */
  private record Content(Supplier<BlockCipher> engine, int keyBits, boolean isRc2, byte[] iv) {

    CipherParameters parameters(KeyParameter key) {
      return new ParametersWithIV(isRc2 ? new RC2Parameters(key.getKey(), keyBits) : key, iv);
    }
  }

  private static Content content(AlgorithmIdentifier scheme) {
    ASN1ObjectIdentifier oid = scheme.getAlgorithm();
    Integer aes = AES_BITS.get(oid);
    if (aes != null) {
      return new Content(AESEngine::newInstance, aes, false, iv(scheme, AES_BLOCK));
    }
    if (oid.equals(PKCSObjectIdentifiers.des_EDE3_CBC)) {
      return new Content(DESedeEngine::new, 192, false, iv(scheme, DES_BLOCK));
    }
    if (oid.equals(PKCSObjectIdentifiers.RC2_CBC)) {
      RC2CBCParameter rc2 = RC2CBCParameter.getInstance(scheme.getParameters());
      return new Content(RC2Engine::new, rc2Bits(rc2), true, checkedIv(rc2.getIV(), DES_BLOCK));
    }
    throw ForeignMac.unaccepted("content encryption", scheme);
  }

  /** RFC 2268 section 6: the version octet stands for the effective key bits. */
  private static int rc2Bits(RC2CBCParameter parameter) {
    java.math.BigInteger version = parameter.getRC2ParameterVersion();
    int value = version == null || version.bitLength() > 16 ? 0 : version.intValue();
    return switch (value) {
      case 160 -> 40;
      case 120 -> 64;
      case 58 -> 128;
      default ->
          throw new RefusedFileException(
              Pkcs12Refusal.ALGORITHM, "RC2 with this number of key bits is not accepted");
    };
  }

  private static byte[] iv(AlgorithmIdentifier scheme, int length) {
    return checkedIv(ASN1OctetString.getInstance(scheme.getParameters()).getOctets(), length);
  }

  private static byte[] checkedIv(byte[] iv, int length) {
    if (iv.length != length) {
      throw new RefusedFileException(
          Pkcs12Refusal.NOT_A_PFX, "an initialisation vector has a wrong length");
    }
    return iv;
  }

  /**
   * Decrypts and reads; several encodings of a password may have to be tried, and with the wrong
   * one padding or structure are wrong.
   *
   * @param reader throws a runtime exception when the octets are not what they should be
   * @return empty when no encoding gives octets that can be read
   */
  <T> Optional<T> open(
      ForeignPassword password, char[] spelling, byte[] encrypted, Function<byte[], T> reader) {
    List<byte[]> encodings = isPkcs12Scheme ? password.bmp(spelling) : password.octets(spelling);
    for (byte[] encoded : encodings) {
      byte[] plain = decrypted(encoded, encrypted);
      try {
        return Optional.of(reader.apply(plain));
      } catch (RefusedFileException e) {
        throw e;
      } catch (RuntimeException notThisEncoding) {
        Arrays.fill(plain, (byte) 0);
      }
    }
    return Optional.empty();
  }

  /** Empty octets, which nothing reads, when the padding is wrong. */
  private byte[] decrypted(byte[] password, byte[] encrypted) {
    try {
      return underPassword.apply(password).of(encrypted);
    } catch (CryptoException | RuntimeException wrongKey) {
      return new byte[0];
    }
  }

  private static byte[] cbc(BlockCipher engine, CipherParameters parameters, byte[] encrypted)
      throws CryptoException {
    PaddedBufferedBlockCipher cipher =
        new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(engine), new PKCS7Padding());
    cipher.init(false, parameters);
    byte[] out = new byte[cipher.getOutputSize(encrypted.length)];
    try {
      int length = cipher.processBytes(encrypted, 0, encrypted.length, out, 0);
      length += cipher.doFinal(out, length);
      return Arrays.copyOf(out, length);
    } finally {
      Arrays.fill(out, (byte) 0);
    }
  }
}
