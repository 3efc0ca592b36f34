package io.certferry.pfximport.importkey;

import io.certferry.pki.PkiException;
import io.certferry.pki.Randomness;
import io.certferry.pki.certificate.CertificateExtensions;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import javax.crypto.Cipher;

/**
 * Import keys on a PKCS#11 token, through the JDK's provider: made there, sensitive, not
 * extractable. The token does the bare RSA operation ({@code CKM_RSA_X_509}), because SoftHSM2,
 * some HSMs and the provider itself know no OAEP with SHA-2.
 */
final class Pkcs11ImportKeys implements ImportKeys {

  private static final String ATTRIBUTES =
      """
      attributes(*, CKO_PRIVATE_KEY, CKK_RSA) = {
        CKA_SENSITIVE = true
        CKA_EXTRACTABLE = false
        CKA_DECRYPT = true
        CKA_SIGN = false
        CKA_UNWRAP = false
      }
      """;
  private static final Duration HOLDER_VALIDITY = Duration.ofDays(36_500);

  private final Provider provider;
  private final KeyStore token;
  private final InstantSource clock;

  private Pkcs11ImportKeys(Provider provider, KeyStore token, InstantSource clock) {
    this.provider = provider;
    this.token = token;
    this.clock = clock;
  }

  /**
   * Logs in to the token.
   *
   * @throws KeyStoreUnavailableException if it is not there or refuses the PIN
   */
  static Pkcs11ImportKeys open(Path library, int slotListIndex, Path pinFile, InstantSource clock) {
    String configuration =
        "--name = certferry\nlibrary = %s\nslotListIndex = %d\n%s"
            .formatted(library, slotListIndex, ATTRIBUTES);
    char[] pin = new char[0];
    try {
      Provider provider = Security.getProvider("SunPKCS11").configure(configuration);
      pin = pin(pinFile);
      KeyStore token = KeyStore.getInstance("PKCS11", provider);
      token.load(null, pin);
      return new Pkcs11ImportKeys(provider, token, clock);
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new KeyStoreUnavailableException("the PKCS#11 token cannot be opened", e);
    } finally {
      Arrays.fill(pin, '\0');
    }
  }

  private static char[] pin(Path file) throws IOException {
    byte[] bytes = SecretFiles.read(file);
    String text = new String(bytes, StandardCharsets.US_ASCII);
    Arrays.fill(bytes, (byte) 0);
    return text.strip().toCharArray();
  }

  @Override
  public byte[] create(UUID id, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", provider);
      generator.initialize(bits);
      KeyPair pair = generator.generateKeyPair();
      byte[] spki = pair.getPublic().getEncoded();
      token.setKeyEntry(alias(id), pair.getPrivate(), null, new Certificate[] {holder(spki)});
      return spki;
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyStoreUnavailableException("the token cannot make an import key", e);
    }
  }

  /**
   * A token entry needs a certificate. It says nothing and is trusted by nobody: a throw-away key
   * signs it, so that the import key itself never has to sign.
   */
  private Certificate holder(byte[] spki) throws GeneralSecurityException {
    byte[] name = DistinguishedName.ofCommonName("Certferry import key").der();
    try (GeneratedKey throwAway = KeyPairs.generate(KeySpec.EC_256)) {
      byte[] der =
          Certificates.sign(
              Randomness.serialNumber(),
              name,
              name,
              new Certificates.Validity(clock.instant(), clock.instant().plus(HOLDER_VALIDITY)),
              spki,
              List.of(CertificateExtensions.subjectKeyIdentifier(spki)),
              SigningKey.of(throwAway));
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der));
    }
  }

  @Override
  public SecretBytes decrypt(UUID id, int bits, OaepHash hash, byte[] label, byte[] cipherText) {
    PrivateKey key = key(id);
    return RsaOaep.decrypt(text -> raw(key, text), bits, hash, label, cipherText);
  }

  private PrivateKey key(UUID id) {
    try {
      Key key = token.getKey(alias(id), null);
      if (key instanceof PrivateKey found) {
        return found;
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyStoreUnavailableException("the token does not answer", e);
    }
    throw new KeyStoreUnavailableException("the token has no import key " + id, null);
  }

  private byte[] raw(PrivateKey key, byte[] cipherText) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding", provider);
      cipher.init(Cipher.DECRYPT_MODE, key);
      return cipher.doFinal(cipherText);
    } catch (javax.crypto.BadPaddingException | javax.crypto.IllegalBlockSizeException e) {
      throw new PkiException(PkiException.Reason.INTEGRITY, "the cipher text does not open", e);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyStoreUnavailableException("the token does not answer", e);
    }
  }

  @Override
  public void destroy(UUID id) {
    try {
      token.deleteEntry(alias(id));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyStoreUnavailableException("the import key " + id + " cannot be destroyed", e);
    }
  }

  @Override
  public void check() {
    try {
      token.size();
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new KeyStoreUnavailableException("the token does not answer", e);
    }
  }

  @Override
  public String name() {
    return "pkcs11";
  }

  private static String alias(UUID id) {
    return "certferry-import-" + id;
  }
}
