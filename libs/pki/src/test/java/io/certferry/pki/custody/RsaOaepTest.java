package io.certferry.pki.custody;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.TestPki;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RsaOaepTest {
  private static final byte[] NO_LABEL = {};

  private final GeneratedKey key = TestPki.key(KeySpec.RSA_2048);

  @ParameterizedTest
  @EnumSource(OaepHash.class)
  void opensWhatTheJdkEncrypts(OaepHash hash) throws Exception {
    // Given
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
    cipher.init(Cipher.ENCRYPT_MODE, PublicKeys.decode(key.spki()), spec(hash));
    byte[] encrypted = cipher.doFinal("secret".getBytes(US_ASCII));

    // When
    SecretBytes opened =
        RsaOaep.decrypt(text -> SealedImportTest.raw(key, text), 2048, hash, NO_LABEL, encrypted);

    // Then
    assertThat(opened.expose(SecretAccess.granted())).isEqualTo("secret".getBytes(US_ASCII));
  }

  @ParameterizedTest
  @EnumSource(OaepHash.class)
  void isOpenedByTheJdk(OaepHash hash) throws Exception {
    // Given
    SecretBytes secret = SecretBytes.copyOf("secret".getBytes(US_ASCII));
    byte[] encrypted = RsaOaep.encrypt(key.spki(), hash, NO_LABEL, secret);

    // When
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
    cipher.init(Cipher.DECRYPT_MODE, PrivateKeys.decode(key.pkcs8()), spec(hash));

    // Then
    assertThat(cipher.doFinal(encrypted)).isEqualTo("secret".getBytes(US_ASCII));
  }

  @Test
  void refusesAnotherLabelHashOrLength() {
    // Given
    SecretBytes secret = SecretBytes.copyOf("secret".getBytes(US_ASCII));
    byte[] label = {1};
    byte[] encrypted = RsaOaep.encrypt(key.spki(), OaepHash.SHA256, label, secret);

    // Then
    refuses(OaepHash.SHA256, NO_LABEL, encrypted, PkiException.Reason.INTEGRITY);
    refuses(OaepHash.SHA512, label, encrypted, PkiException.Reason.INTEGRITY);
    refuses(OaepHash.SHA256, label, new byte[255], PkiException.Reason.MALFORMED);
    refuses(OaepHash.SHA256, label, new byte[256], PkiException.Reason.INTEGRITY);
  }

  @Test
  void refusesASecretThatDoesNotFit() {
    SecretBytes secret = SecretBytes.owning(new byte[127]);

    assertThatThrownBy(() -> RsaOaep.encrypt(key.spki(), OaepHash.SHA512, NO_LABEL, secret))
        .isInstanceOf(PkiException.class)
        .hasMessageContaining("126");
  }

  @Test
  void writesTheBlobThatWindowsReads() {
    // Given
    RSAPublicKey rsa = (RSAPublicKey) PublicKeys.decode(key.spki());

    // When
    ByteBuffer blob =
        ByteBuffer.wrap(RsaPublicBlob.encode(key.spki())).order(ByteOrder.LITTLE_ENDIAN);

    // Then
    assertThat(blob.array()).startsWith("RSA1".getBytes(US_ASCII)).hasSize(24 + 3 + 256);
    assertThat(blob.getInt(4)).isEqualTo(2048);
    assertThat(blob.getInt(8)).isEqualTo(3);
    assertThat(blob.getInt(12)).isEqualTo(256);
    assertThat(new java.math.BigInteger(1, blob.array(), 27, 256)).isEqualTo(rsa.getModulus());
  }

  private void refuses(OaepHash hash, byte[] label, byte[] encrypted, PkiException.Reason reason) {
    assertThatThrownBy(
            () ->
                RsaOaep.decrypt(
                    text -> SealedImportTest.raw(key, text), 2048, hash, label, encrypted))
        .isInstanceOf(PkiException.class)
        .extracting(e -> ((PkiException) e).reason())
        .isEqualTo(reason);
  }

  private static OAEPParameterSpec spec(OaepHash hash) {
    return switch (hash) {
      case SHA256 -> spec("SHA-256", MGF1ParameterSpec.SHA256);
      case SHA384 -> spec("SHA-384", MGF1ParameterSpec.SHA384);
      case SHA512 -> spec("SHA-512", MGF1ParameterSpec.SHA512);
    };
  }

  private static OAEPParameterSpec spec(String name, MGF1ParameterSpec mgf) {
    return new OAEPParameterSpec(name, "MGF1", mgf, PSource.PSpecified.DEFAULT);
  }
}
