package io.certferry.pki.pkcs12;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.TestPki;
import io.certferry.pki.Tool;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.Passwords;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form we write, opened by every reader there is: key, leaf and chain have to come out. */
class Pkcs12ReadersTest {
  private static final String FRIENDLY_NAME = "Wi-Fi certificate";
  private static final SecretBytes PASSWORD = Passwords.random();
  private static final String PASSWORD_TEXT =
      new String(PASSWORD.expose(SecretAccess.granted()), US_ASCII);

  @TempDir private Path directory;

  /** One file with what has to come out of it. */
  record Sample(Pkcs12Profile profile, KeySpec spec, List<byte[]> chain) {
    GeneratedKey key() {
      return TestPki.key(spec);
    }

    byte[] leaf() {
      return TestPki.leaf(spec);
    }

    @Override
    public String toString() {
      return profile + " " + spec + " chain of " + chain.size();
    }
  }

  static Stream<Arguments> samples() {
    List<Arguments> samples = new ArrayList<>();
    for (Pkcs12Profile profile : Pkcs12Profile.values()) {
      for (KeySpec spec : List.of(KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.EC_256)) {
        for (int length = 0; length <= 2; length++) {
          List<byte[]> chain = List.of(TestPki.ISSUING, TestPki.POLICY).subList(0, length);
          samples.add(Arguments.of(new Sample(profile, spec, chain)));
        }
      }
    }
    return samples.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void opensInTheJdksKeyStore(Sample sample) throws GeneralSecurityException, IOException {
    byte[] leaf = sample.leaf();
    assertOpens(KeyStore.getInstance("PKCS12", "SunJSSE"), sample, leaf, PASSWORD_TEXT);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void opensInBouncyCastlesKeyStore(Sample sample) throws GeneralSecurityException, IOException {
    byte[] leaf = sample.leaf();
    Provider provider = new BouncyCastleProvider();
    assertOpens(KeyStore.getInstance("PKCS12", provider), sample, leaf, null);
  }

  private static void assertOpens(
      KeyStore store, Sample sample, byte[] leaf, @Nullable String keyPassword)
      throws GeneralSecurityException, IOException {
    // When
    store.load(new ByteArrayInputStream(file(sample, leaf)), PASSWORD_TEXT.toCharArray());

    // Then
    String alias =
        Collections.list(store.aliases()).stream()
            .filter(a -> isKey(store, a))
            .findFirst()
            .orElseThrow();
    assertThat(alias).isEqualToIgnoringCase(FRIENDLY_NAME);
    char[] password = keyPassword == null ? null : keyPassword.toCharArray();
    assertThat(store.getKey(alias, password).getEncoded())
        .satisfies(der -> assertSameKey(der, sample));
    Certificate[] chain = store.getCertificateChain(alias);
    assertThat(chain[0].getEncoded()).isEqualTo(leaf);
    for (int i = 0; i < sample.chain().size(); i++) {
      assertThat(chain[i + 1].getEncoded()).isEqualTo(sample.chain().get(i));
    }
  }

  private static boolean isKey(KeyStore store, String alias) {
    try {
      return store.isKeyEntry(alias);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * RSA byte for byte; for EC each library writes the optional parts as it likes: compare the
   * scalar.
   */
  private static void assertSameKey(byte[] der, Sample sample) {
    byte[] ours = sample.key().pkcs8().expose(SecretAccess.granted());
    if (sample.spec().algorithm() == KeySpec.Algorithm.RSA) {
      assertThat(der).isEqualTo(ours);
    } else {
      byte[] scalar = Arrays.copyOfRange(ours, 36, 36 + 32);
      assertThat(new String(der, ISO_8859_1)).contains(new String(scalar, ISO_8859_1));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void opensInOpensslWithoutItsLegacyProvider(Sample sample) throws IOException {
    // Given
    byte[] leaf = write(sample);

    // When
    Tool.OPENSSL
        .run(
            directory,
            "pkcs12",
            "-in",
            "file.p12",
            "-passin",
            "file:password",
            "-nodes",
            "-out",
            "all.pem")
        .assertSucceeded();
    Tool.OPENSSL
        .run(directory, "pkey", "-in", "all.pem", "-pubout", "-outform", "DER", "-out", "spki.der")
        .assertSucceeded();

    // Then
    String pem = Files.readString(directory.resolve("all.pem"));
    assertThat(pem).contains("friendlyName: " + FRIENDLY_NAME).contains("localKeyID");
    assertThat(Certificates.fromPem(pem.getBytes(US_ASCII)))
        .containsExactlyElementsOf(withLeaf(leaf, sample));
    assertThat(Files.readAllBytes(directory.resolve("spki.der"))).isEqualTo(sample.key().spki());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void opensInKeytool(Sample sample) throws IOException {
    // Given
    byte[] leaf = write(sample);

    // When
    Tool.Outcome outcome =
        Tool.KEYTOOL.run(
            directory,
            "-J-Xshare:auto",
            "-list",
            "-rfc",
            "-storetype",
            "PKCS12",
            "-keystore",
            "file.p12",
            "-storepass:file",
            "password");

    // Then
    outcome.assertSucceeded();
    assertThat(outcome.output()).contains("PrivateKeyEntry");
    assertThat(Certificates.fromPem(outcome.output().getBytes(US_ASCII)))
        .containsExactlyElementsOf(withLeaf(leaf, sample));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void opensInGnutls(Sample sample) throws IOException {
    // Given
    byte[] leaf = write(sample);

    // When
    Tool.Outcome outcome =
        Tool.CERTTOOL.run(
            directory,
            "--p12-info",
            "--inder",
            "--infile",
            "file.p12",
            "--password",
            PASSWORD_TEXT);

    // Then
    outcome.assertSucceeded();
    assertThat(outcome.output()).contains(FRIENDLY_NAME).contains("PRIVATE KEY");
    assertThat(Certificates.fromPem(outcome.output().getBytes(US_ASCII)))
        .containsExactlyInAnyOrderElementsOf(withLeaf(leaf, sample));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void isImportedByNss(Sample sample) throws IOException {
    // Given
    write(sample);
    Tool.CERTUTIL.run(directory, "-N", "-d", "sql:.", "--empty-password").assertSucceeded();

    // When
    Tool.PK12UTIL
        .run(directory, "-i", "file.p12", "-d", "sql:.", "-w", "password")
        .assertSucceeded();
    Tool.Outcome keys = Tool.CERTUTIL.run(directory, "-K", "-d", "sql:.");

    // Then
    assertThat(keys.assertSucceeded().output()).contains(FRIENDLY_NAME);
  }

  private static List<byte[]> withLeaf(byte[] leaf, Sample sample) {
    return Stream.concat(Stream.of(leaf), sample.chain().stream()).toList();
  }

  private byte[] write(Sample sample) throws IOException {
    byte[] leaf = sample.leaf();
    Files.write(directory.resolve("file.p12"), file(sample, leaf));
    Files.writeString(directory.resolve("password"), PASSWORD_TEXT);
    return leaf;
  }

  private static byte[] file(Sample sample, byte[] leaf) {
    return Pkcs12Files.build(
        sample.profile(), sample.key().pkcs8(), leaf, sample.chain(), FRIENDLY_NAME, PASSWORD);
  }
}
