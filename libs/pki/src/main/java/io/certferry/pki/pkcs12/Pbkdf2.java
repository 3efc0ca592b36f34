package io.certferry.pki.pkcs12;

import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/** PBKDF2 (RFC 8018) over password octets, by the JDK where it can: it is three times faster. */
final class Pbkdf2 {
  private Pbkdf2() {}

  static byte[] derive(Digest hash, byte[] password, byte[] salt, int iterations, int bytes) {
    return password.length > 0 && salt.length > 0 && isAscii(password)
        ? jdk(hash, password, salt, iterations, bytes)
        : bouncyCastle(hash, password, salt, iterations, bytes);
  }

  /** The JDK takes characters and encodes them as UTF-8, which for ASCII changes nothing. */
  private static byte[] jdk(Digest hash, byte[] password, byte[] salt, int iterations, int bytes) {
    char[] characters = new char[password.length];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = (char) password[i];
    }
    PBEKeySpec spec = new PBEKeySpec(characters, salt, iterations, 8 * bytes);
    java.util.Arrays.fill(characters, '\0');
    String name = "PBKDF2WithHmac" + hash.getAlgorithmName().replace("-", "");
    try {
      return SecretKeyFactory.getInstance(name, "SunJCE").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException isNotOffered) {
      return bouncyCastle(hash, password, salt, iterations, bytes);
    } finally {
      spec.clearPassword();
    }
  }

  private static byte[] bouncyCastle(
      Digest hash, byte[] password, byte[] salt, int iterations, int bytes) {
    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(hash);
    generator.init(password, salt, iterations);
    return ((KeyParameter) generator.generateDerivedParameters(8 * bytes)).getKey();
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte octet : bytes) {
      if (octet <= 0) {
        return false;
      }
    }
    return true;
  }
}
