package io.certferry.pfximport.importkey;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.custody.OaepHash;
import io.certferry.pki.custody.RsaOaep;
import io.certferry.pki.key.PublicKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every key store does alike. */
abstract class ImportKeysContract {

  static final byte[] LABEL = "bound to this".getBytes(US_ASCII);

  abstract ImportKeys keys();

  @ParameterizedTest
  @EnumSource(OaepHash.class)
  void opensWhatIsEncryptedToItsPublicHalf(OaepHash hash) {
    // Given
    UUID id = UUID.randomUUID();
    byte[] spki = keys().create(id, 3072);
    SecretBytes secret = SecretBytes.owning("secret".getBytes(US_ASCII));

    // When
    SecretBytes opened =
        keys().decrypt(id, 3072, hash, LABEL, RsaOaep.encrypt(spki, hash, LABEL, secret));

    // Then
    assertThat(PublicKeys.describe(spki)).isEqualTo(new PublicKeys.Description("RSA", 3072));
    assertThat(opened.expose(SecretAccess.granted())).isEqualTo("secret".getBytes(US_ASCII));
  }

  @Test
  void refusesWhatIsForAnotherKeyOrLabel() {
    // Given
    UUID id = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    byte[] spki = keys().create(id, 2048);
    keys().create(other, 2048);

    // Then
    assertThatThrownBy(() -> decrypt(other, encrypted(spki))).isInstanceOf(PkiException.class);
    assertThatThrownBy(
            () -> keys().decrypt(id, 2048, OaepHash.SHA256, new byte[0], encrypted(spki)))
        .isInstanceOf(PkiException.class);
    assertThatThrownBy(() -> decrypt(id, new byte[256])).isInstanceOf(PkiException.class);
    assertThatThrownBy(() -> decrypt(id, new byte[255])).isInstanceOf(PkiException.class);
  }

  @Test
  void opensNothingOnceItIsDestroyed() {
    // Given
    UUID id = UUID.randomUUID();
    byte[] spki = keys().create(id, 2048);

    // When
    keys().destroy(id);

    // Then
    assertThatThrownBy(() -> decrypt(id, encrypted(spki)))
        .isInstanceOf(KeyStoreUnavailableException.class);
  }

  SecretBytes decrypt(UUID id, byte[] cipherText) {
    return keys().decrypt(id, 2048, OaepHash.SHA256, LABEL, cipherText);
  }

  static byte[] encrypted(byte[] spki) {
    try (SecretBytes secret = SecretBytes.owning("secret".getBytes(US_ASCII))) {
      return RsaOaep.encrypt(spki, OaepHash.SHA256, LABEL, secret);
    }
  }
}
