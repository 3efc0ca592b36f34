package io.certferry.pki.custody;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.TestPki;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.util.UUID;
import java.util.function.Function;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;

class SealedImportTest {
  private static final byte[] PFX = "not really a pfx".getBytes(US_ASCII);
  private static final UUID USER = UUID.fromString("5e6f9f9a-7d1b-5e49-8b1c-8978cc1f2225");
  private static final ImportBinding BINDING =
      ImportBinding.of("default", USER, "ab".repeat(20), "smimeEncryption", PFX);

  private final GeneratedKey key = TestPki.key(KeySpec.RSA_3072);
  private final GeneratedKey newer = TestPki.key(KeySpec.RSA_2048);

  @Test
  void opensForExactlyWhatItWasSealedFor() {
    // Given
    SealedImport sealed = sealed();

    // When
    try (SealedImport.Clear clear = sealed.open(BINDING, decryption(key, 3072, BINDING))) {
      // Then
      assertThat(clear.pfx().expose(SecretAccess.granted())).isEqualTo(PFX);
      assertThat(clear.password().expose(SecretAccess.granted()))
          .isEqualTo("secret".getBytes(US_ASCII));
    }
  }

  @Test
  void doesNotOpenInAnotherRow() {
    SealedImport sealed = sealed();
    refuses(sealed, ImportBinding.of("other", USER, "ab".repeat(20), "smimeEncryption", PFX));
    refuses(
        sealed,
        ImportBinding.of("default", UUID.randomUUID(), "ab".repeat(20), "smimeEncryption", PFX));
    refuses(sealed, ImportBinding.of("default", USER, "cd".repeat(20), "smimeEncryption", PFX));
    refuses(sealed, ImportBinding.of("default", USER, "ab".repeat(20), "smimeSigning", PFX));
    refuses(
        sealed,
        ImportBinding.of("default", USER, "ab".repeat(20), "smimeEncryption", new byte[16]));
  }

  @Test
  void doesNotOpenWithSwappedParts() {
    // Given
    SealedImport one = sealed();
    SealedImport two = sealed();

    // Then
    refuses(new SealedImport(one.keySha256(), one.encryptedKey(), two.pfx(), one.password()));
    refuses(new SealedImport(one.keySha256(), one.encryptedKey(), one.password(), one.password()));
    refuses(new SealedImport(one.keySha256(), two.encryptedKey(), one.pfx(), one.password()));
  }

  @Test
  void opensUnderTheNewerKeyAfterARotationAndKeepsItsParts() {
    // Given
    SealedImport sealed = sealed();

    // When
    SealedImport rewrapped =
        sealed.rewrapped(newer.spki(), BINDING, decryption(key, 3072, BINDING));

    // Then
    assertThat(rewrapped.pfx()).isSameAs(sealed.pfx());
    assertThat(rewrapped.keySha256()).isNotEqualTo(sealed.keySha256());
    try (SealedImport.Clear clear = rewrapped.open(BINDING, decryption(newer, 2048, BINDING))) {
      assertThat(clear.pfx().expose(SecretAccess.granted())).isEqualTo(PFX);
    }
  }

  @Test
  void showsNothingInItsText() {
    assertThat(sealed().toString()).doesNotContain("[B@").startsWith("SealedImport[");
  }

  private SealedImport sealed() {
    try (SecretBytes password = SecretBytes.copyOf("secret".getBytes(US_ASCII))) {
      return SealedImport.seal(key.spki(), BINDING, PFX, password);
    }
  }

  private void refuses(SealedImport sealed, ImportBinding binding) {
    assertThatThrownBy(() -> sealed.open(binding, decryption(key, 3072, binding)))
        .isInstanceOf(PkiException.class)
        .extracting(e -> ((PkiException) e).reason())
        .isEqualTo(PkiException.Reason.INTEGRITY);
  }

  private void refuses(SealedImport sealed) {
    refuses(sealed, BINDING);
  }

  private static Function<byte[], SecretBytes> decryption(
      GeneratedKey key, int bits, ImportBinding binding) {
    return encrypted ->
        RsaOaep.decrypt(
            cipherText -> raw(key, cipherText),
            bits,
            OaepHash.SHA256,
            SealedImport.label(binding),
            encrypted);
  }

  static byte[] raw(GeneratedKey key, byte[] cipherText) {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/NoPadding", "SunJCE");
      cipher.init(Cipher.DECRYPT_MODE, PrivateKeys.decode(key.pkcs8()));
      return cipher.doFinal(cipherText);
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
