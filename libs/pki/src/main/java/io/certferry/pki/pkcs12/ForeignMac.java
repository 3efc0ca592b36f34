package io.certferry.pki.pkcs12;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * The password integrity of a file: the classic MAC of RFC 7292 appendix A with SHA-1 or SHA-2, or
 * PBMAC1 (RFC 9579). Prepared without the password, so that all limits bite before any work.
 */
final class ForeignMac {
  private static final int MAX_SALT = 1024;
  private static final int MAX_KEY = 64;

  /** The digests that a MAC or a PRF may name. */
  private enum Hash {
    SHA1,
    SHA224,
    SHA256,
    SHA384,
    SHA512;

    Digest digest() {
      return switch (this) {
        case SHA1 -> new SHA1Digest();
        case SHA224 -> new SHA224Digest();
        case SHA256 -> new SHA256Digest();
        case SHA384 -> new SHA384Digest();
        case SHA512 -> new SHA512Digest();
      };
    }
  }

  private static final Map<ASN1ObjectIdentifier, Hash> DIGESTS =
      Map.of(
          OIWObjectIdentifiers.idSHA1, Hash.SHA1,
          NISTObjectIdentifiers.id_sha224, Hash.SHA224,
          NISTObjectIdentifiers.id_sha256, Hash.SHA256,
          NISTObjectIdentifiers.id_sha384, Hash.SHA384,
          NISTObjectIdentifiers.id_sha512, Hash.SHA512);
  private static final Map<ASN1ObjectIdentifier, Hash> HMACS =
      Map.of(
          PKCSObjectIdentifiers.id_hmacWithSHA1, Hash.SHA1,
          PKCSObjectIdentifiers.id_hmacWithSHA224, Hash.SHA224,
          PKCSObjectIdentifiers.id_hmacWithSHA256, Hash.SHA256,
          PKCSObjectIdentifiers.id_hmacWithSHA384, Hash.SHA384,
          PKCSObjectIdentifiers.id_hmacWithSHA512, Hash.SHA512);

  private final Hash hash;
  private final @Nullable Hash prf;
  private final byte[] salt;
  private final int iterations;
  private final int keyBytes;
  private final byte[] expected;

  /**
   * @param prf the hash of PBKDF2's PRF; null for the classic derivation, which uses {@code hash}
   */
  private ForeignMac(
      Hash hash, @Nullable Hash prf, byte[] salt, int iterations, int keyBytes, byte[] expected) {
    this.hash = hash;
    this.prf = prf;
    this.salt = checkedSalt(salt);
    this.iterations = iterations;
    this.keyBytes = keyBytes;
    this.expected = expected;
  }

  static ForeignMac of(MacData data, WorkBudget budget) {
    AlgorithmIdentifier algorithm = data.getMac().getAlgorithmId();
    return algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)
        ? pbmac1(PBMAC1Params.getInstance(algorithm.getParameters()), data, budget)
        : classic(algorithm, data, budget);
  }

  private static ForeignMac classic(
      AlgorithmIdentifier algorithm, MacData data, WorkBudget budget) {
    Hash hash = DIGESTS.get(algorithm.getAlgorithm());
    if (hash == null) {
      throw unaccepted("MAC digest", algorithm);
    }
    return new ForeignMac(
        hash,
        null,
        data.getSalt(),
        budget.charge(data.getIterationCount()),
        hash.digest().getDigestSize(),
        data.getMac().getDigest());
  }

  private static ForeignMac pbmac1(PBMAC1Params params, MacData data, WorkBudget budget) {
    AlgorithmIdentifier scheme = params.getMessageAuthScheme();
    Hash hash = HMACS.get(scheme.getAlgorithm());
    if (hash == null) {
      throw unaccepted("PBMAC1 scheme", scheme);
    }
    AlgorithmIdentifier kdf = params.getKeyDerivationFunc();
    if (!kdf.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      throw unaccepted("PBMAC1 key derivation", kdf);
    }
    PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(kdf.getParameters());
    return new ForeignMac(
        hash,
        prfHash(pbkdf2.getPrf()),
        pbkdf2.getSalt(),
        budget.charge(pbkdf2.getIterationCount()),
        keyBytes(pbkdf2.getKeyLength()),
        data.getMac().getDigest());
  }

  /** RFC 9579 section 5: the key length must be there; it was unbounded in CVE-2025-11187's kin. */
  private static int keyBytes(@Nullable BigInteger length) {
    if (length == null
        || length.bitLength() > 16
        || length.intValue() < 20
        || length.intValue() > MAX_KEY) {
      throw new RefusedFileException(
          Pkcs12Refusal.ALGORITHM, "a PBMAC1 key has 20 to " + MAX_KEY + " bytes");
    }
    return length.intValue();
  }

  /** The hash under a PBKDF2 PRF. */
  static Digest prf(AlgorithmIdentifier prf) {
    return prfHash(prf).digest();
  }

  private static Hash prfHash(AlgorithmIdentifier prf) {
    Hash hash = HMACS.get(prf.getAlgorithm());
    if (hash == null) {
      throw unaccepted("PRF", prf);
    }
    return hash;
  }

  static byte[] checkedSalt(byte[] salt) {
    if (salt.length > MAX_SALT) {
      throw new RefusedFileException(
          Pkcs12Refusal.TOO_LARGE, "a salt has more than " + MAX_SALT + " bytes");
    }
    return salt;
  }

  static RefusedFileException unaccepted(String what, AlgorithmIdentifier algorithm) {
    return new RefusedFileException(
        Pkcs12Refusal.ALGORITHM, what + " " + algorithm.getAlgorithm() + " is not accepted");
  }

  /** Those spellings of the password under which the MAC is right; empty for a wrong password. */
  List<char[]> matching(ForeignPassword password, byte[] content) {
    List<char[]> right = new ArrayList<>();
    for (char[] spelling : password.spellings()) {
      List<byte[]> encodings = prf == null ? password.bmp(spelling) : password.octets(spelling);
      if (encodings.stream().anyMatch(encoded -> matches(encoded, content))) {
        right.add(spelling);
        return right;
      }
    }
    return right;
  }

  private CipherParameters key(byte[] password) {
    if (prf != null) {
      return new KeyParameter(Pbkdf2.derive(prf.digest(), password, salt, iterations, keyBytes));
    }
    PKCS12ParametersGenerator generator = new PKCS12ParametersGenerator(hash.digest());
    generator.init(password, salt, iterations);
    return generator.generateDerivedMacParameters(8 * keyBytes);
  }

  private boolean matches(byte[] password, byte[] content) {
    HMac mac = new HMac(hash.digest());
    mac.init(key(password));
    mac.update(content, 0, content.length);
    byte[] actual = new byte[mac.getMacSize()];
    mac.doFinal(actual, 0);
    boolean same = MessageDigest.isEqual(actual, expected);
    Arrays.fill(actual, (byte) 0);
    return same;
  }
}
