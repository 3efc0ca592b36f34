package io.certferry.pki.pkcs12;

import static io.certferry.pki.AlgorithmPolicy2026.PKCS12_ITERATIONS;

import io.certferry.pki.CryptoProviders;
import io.certferry.pki.Randomness;
import io.certferry.pki.pkcs12.Pkcs12Kdf.Use;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** One password-based encryption: fresh salt and IV, algorithm identifier and cipher text. */
record Pkcs12Cipher(AlgorithmIdentifier algorithm, byte[] encrypted) {
  static Pkcs12Cipher encrypt(Pkcs12Profile profile, Pkcs12Password password, byte[] plain)
      throws GeneralSecurityException {
    return switch (profile) {
      case MODERN -> modern(password, plain);
      case LEGACY -> legacy(password, plain);
    };
  }

  /** No keyLength and an explicit PRF: the form that every importer of table 8.1 reads. */
  private static Pkcs12Cipher modern(Pkcs12Password password, byte[] plain)
      throws GeneralSecurityException {
    byte[] salt = Randomness.bytes(16);
    byte[] iv = Randomness.bytes(16);
    byte[] key = Pbkdf2.derive("HmacSHA256", password.ascii(), salt, PKCS12_ITERATIONS, 32);
    byte[] encrypted = cbc("AES", "AES/CBC/PKCS5Padding", key, iv, plain);
    DERSequence pbkdf2 =
        sequence(
            new DEROctetString(salt),
            new ASN1Integer(PKCS12_ITERATIONS),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE));
    DERSequence pbes2 =
        sequence(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBKDF2, pbkdf2),
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
    return new Pkcs12Cipher(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, pbes2), encrypted);
  }

  /** An 8-byte salt is what OpenSSL and Windows have always written here. */
  private static Pkcs12Cipher legacy(Pkcs12Password password, byte[] plain)
      throws GeneralSecurityException {
    CryptoProviders.requireUnapprovedAllowed("3DES and SHA-1 in a PKCS#12 file");
    byte[] salt = Randomness.bytes(8);
    byte[] key = Pkcs12Kdf.derive("SHA-1", Use.KEY, password.bmp(), salt, PKCS12_ITERATIONS, 24);
    byte[] iv = Pkcs12Kdf.derive("SHA-1", Use.IV, password.bmp(), salt, PKCS12_ITERATIONS, 8);
    byte[] encrypted = cbc("DESede", "DESede/CBC/PKCS5Padding", key, iv, plain);
    DERSequence parameters = sequence(new DEROctetString(salt), new ASN1Integer(PKCS12_ITERATIONS));
    return new Pkcs12Cipher(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC, parameters),
        encrypted);
  }

  private static byte[] cbc(
      String algorithm, String transformation, byte[] key, byte[] iv, byte[] plain)
      throws GeneralSecurityException {
    try {
      Cipher cipher = Cipher.getInstance(transformation);
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(iv));
      return cipher.doFinal(plain);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  static DERSequence sequence(ASN1Encodable... elements) {
    return new DERSequence(elements);
  }
}
