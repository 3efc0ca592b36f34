package io.certferry.pki.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import io.certferry.pki.Randomness;
import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.PrivateKeys;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.Recipient;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CmsEnvelopesTest {
  private static final byte[] CONTENT = Randomness.bytes(6_000);
  private static final SecretAccess ACCESS = SecretAccess.granted();

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "RSA-3072", "EC-256", "EC-384"})
  void opensWhatItSealed(String spec) {
    Device device = new Device(KeySpec.parse(spec));
    byte[] sealed = CmsEnvelopes.seal(CONTENT, device.certificate());
    try (SecretBytes opened = device.open(sealed)) {
      assertThat(opened.expose(ACCESS)).isEqualTo(CONTENT);
    }
    assertThat(CmsEnvelopes.seal(CONTENT, device.certificate())).isNotEqualTo(sealed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "RSA-3072", "EC-256", "EC-384"})
  void isOpenedByOpenssl(String spec) throws IOException {
    Device device = new Device(KeySpec.parse(spec));
    assertThat(opensslDecrypts(CmsEnvelopes.seal(CONTENT, device.certificate()), device))
        .isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void sealsEnvelopedDataThatOpensslOpens(String spec) throws IOException {
    Device device = new Device(KeySpec.parse(spec));
    assertThat(
            opensslDecrypts(CmsEnvelopes.sealEnvelopedData(CONTENT, device.certificate()), device))
        .isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void isOpenedByBouncyCastle(String spec) throws CMSException {
    // Given
    Device device = new Device(KeySpec.parse(spec));

    // When
    byte[] authenticated =
        new CMSAuthEnvelopedData(CmsEnvelopes.seal(CONTENT, device.certificate()))
            .getRecipientInfos().getRecipients().stream()
                .map(device::bouncyCastleOpens)
                .findFirst()
                .orElseThrow();
    byte[] enveloped =
        new CMSEnvelopedData(CmsEnvelopes.sealEnvelopedData(CONTENT, device.certificate()))
            .getRecipientInfos().getRecipients().stream()
                .map(device::bouncyCastleOpens)
                .findFirst()
                .orElseThrow();

    // Then
    assertThat(authenticated).isEqualTo(CONTENT);
    assertThat(enveloped).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void refusesEveryFlippedByteAndEveryTruncation(String spec) {
    // Given
    Device device = new Device(KeySpec.parse(spec));
    byte[] sealed = CmsEnvelopes.seal(new byte[] {1, 2, 3}, device.certificate());

    // Then
    for (int i = 0; i < sealed.length; i++) {
      byte[] flipped = sealed.clone();
      flipped[i] ^= 0x01;
      assertThatThrownBy(() -> device.open(flipped))
          .as("byte %d of %d", i, sealed.length)
          .isInstanceOf(PkiException.class);
      byte[] cut = Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> device.open(cut)).isInstanceOf(PkiException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void refusesAnotherRecipientAndAnotherKey(String spec) {
    // Given
    Device device = new Device(KeySpec.parse(spec));
    byte[] sealed = CmsEnvelopes.seal(CONTENT, device.certificate());
    byte[] renewed = TestPki.leaf(device.spec());
    GeneratedKey other = KeyPairs.generate(device.spec());

    // Then
    assertRefused(() -> CmsEnvelopes.open(sealed, device.key().pkcs8(), renewed));
    assertRefused(() -> CmsEnvelopes.open(sealed, other.pkcs8(), device.certificate()));
  }

  @Test
  void refusesWhatIsNoCertificateAndContentThatIsTooLong() {
    byte[] certificate = TestPki.leaf(KeySpec.EC_256);
    byte[] tooLong = new byte[CmsEnvelopes.MAX_CONTENT + 1];
    assertThatThrownBy(() -> CmsEnvelopes.seal(tooLong, certificate))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
    assertThatThrownBy(() -> CmsEnvelopes.seal(CONTENT, new byte[] {0x30, 0}))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PkiException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.INTEGRITY));
  }

  private byte[] opensslDecrypts(byte[] sealed, Device device) throws IOException {
    Files.write(directory.resolve("sealed.cms"), sealed);
    Files.write(directory.resolve("key.der"), device.key().pkcs8().expose(ACCESS));
    Files.writeString(directory.resolve("device.pem"), Certificates.toPem(device.certificate()));
    Tool.OPENSSL
        .run(
            directory,
            "cms",
            "-decrypt",
            "-inform",
            "DER",
            "-in",
            "sealed.cms",
            "-keyform",
            "DER",
            "-inkey",
            "key.der",
            "-recip",
            "device.pem",
            "-binary",
            "-out",
            "content")
        .assertSucceeded();
    return Files.readAllBytes(directory.resolve("content"));
  }

  /** A device with its key and certificate. */
  record Device(KeySpec spec, GeneratedKey key, byte[] certificate) {
    Device(KeySpec spec) {
      this(spec, TestPki.key(spec), TestPki.leaf(spec));
    }

    SecretBytes open(byte[] sealed) {
      return CmsEnvelopes.open(sealed, key.pkcs8(), certificate);
    }

    byte[] bouncyCastleOpens(RecipientInformation recipient) {
      PrivateKey privateKey = PrivateKeys.decode(key.pkcs8());
      BouncyCastleProvider provider = new BouncyCastleProvider();
      Recipient reader =
          spec.algorithm() == KeySpec.Algorithm.RSA
              ? new JceKeyTransEnvelopedRecipient(privateKey).setProvider(provider)
              : new JceKeyAgreeEnvelopedRecipient(privateKey).setProvider(provider);
      try {
        return recipient.getContent(reader);
      } catch (CMSException e) {
        throw new AssertionError(e);
      }
    }
  }
}
