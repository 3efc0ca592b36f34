package io.certferry.pki.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPairsTest {
  private static final SecretAccess ACCESS = SecretAccess.granted();

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256", "EC-384"})
  void generatesWhatWasAskedForAndOpensslReadsIt(String spec, @TempDir Path directory)
      throws IOException {
    // Given
    GeneratedKey key = TestPki.key(KeySpec.parse(spec));
    Files.write(directory.resolve("key.der"), key.pkcs8().expose(ACCESS));

    // When
    Tool.Outcome text =
        Tool.OPENSSL.run(directory, "pkey", "-inform", "DER", "-in", "key.der", "-text", "-noout");
    Tool.OPENSSL
        .run(
            directory,
            "pkey",
            "-inform",
            "DER",
            "-in",
            "key.der",
            "-pubout",
            "-outform",
            "DER",
            "-out",
            "spki.der")
        .assertSucceeded();

    // Then
    text.assertSucceeded();
    assertThat(Files.readAllBytes(directory.resolve("spki.der"))).isEqualTo(key.spki());
    PublicKeys.Description description = PublicKeys.describe(key.spki());
    assertThat(description.algorithm() + "-" + description.bits()).isEqualTo(spec);
  }

  @Test
  void carriesThePublicKeyInsideAnEcPrivateKeyAsOpensslDoes(@TempDir Path directory)
      throws IOException {
    // Given
    GeneratedKey key = TestPki.key(KeySpec.EC_256);
    Files.write(directory.resolve("key.der"), key.pkcs8().expose(ACCESS));

    // When
    Tool.OPENSSL
        .run(
            directory,
            "pkcs8",
            "-topk8",
            "-nocrypt",
            "-inform",
            "DER",
            "-in",
            "key.der",
            "-outform",
            "DER",
            "-out",
            "again.der")
        .assertSucceeded();

    // Then
    assertThat(Files.readAllBytes(directory.resolve("again.der")))
        .isEqualTo(key.pkcs8().expose(ACCESS));
  }

  @Test
  void addsThePublicKeyThatTheJdkLeavesOut() throws GeneralSecurityException {
    // Given
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    byte[] bare = pair.getPrivate().getEncoded();
    byte[] spki = pair.getPublic().getEncoded();

    // When
    byte[] complete = PrivateKeys.withPublicKey(bare.clone(), spki);

    // Then
    byte[] point = Arrays.copyOfRange(spki, spki.length - 65, spki.length);
    assertThat(complete).endsWith(point).hasSize(bare.length + 71);
    SigningKey.of(SecretBytes.owning(complete), spki);
  }

  @Test
  void signsAndVerifiesWithTheAlgorithmOfTheKey() {
    for (KeySpec spec : new KeySpec[] {KeySpec.RSA_2048, KeySpec.EC_256, KeySpec.EC_384}) {
      GeneratedKey key = TestPki.key(spec);
      SigningKey signing = SigningKey.of(key.pkcs8(), key.spki());
      byte[] signature = signing.sign("content".getBytes(UTF_8));
      byte[] algorithm = signing.algorithmIdentifier();
      assertThat(Signatures.verify(key.spki(), algorithm, "content".getBytes(UTF_8), signature))
          .isTrue();
      assertThat(Signatures.verify(key.spki(), algorithm, "other".getBytes(UTF_8), signature))
          .isFalse();
    }
  }

  @Test
  void refusesAPrivateKeyThatBelongsToAnotherPublicKey() {
    GeneratedKey one = TestPki.key(KeySpec.EC_256);
    GeneratedKey other = KeyPairs.generate(KeySpec.EC_256);
    assertThatThrownBy(() -> SigningKey.of(one.pkcs8(), other.spki()))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INTEGRITY));
  }
}
