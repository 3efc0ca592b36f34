package io.certferry.pki.pkcs12;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.TestPki;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Opening.Opened;
import io.certferry.pki.pkcs12.Pkcs12Opening.Refused;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Pkcs12ReaderTest {
  private static final List<byte[]> CHAIN = List.of(TestPki.ISSUING, TestPki.POLICY);

  @TempDir Path directory;
  private ForeignPfx foreign;

  @BeforeEach
  void makesFilesHere() {
    foreign = new ForeignPfx(directory);
  }

  @ParameterizedTest
  @CsvSource({"RSA-2048, 0", "RSA-2048, 1", "RSA-4096, 2", "EC-256, 0", "EC-256, 1", "EC-256, 2"})
  void opensWhatOpenSslWritesToday(String spec, int chain) {
    opensByteForByte(
        KeySpec.parse(spec),
        chain,
        (key, leaf, issuers) -> foreign.openssl(key, leaf, issuers, "secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PBE-SHA1-RC2-40",
        "PBE-SHA1-RC2-128",
        "PBE-SHA1-RC4-40",
        "PBE-SHA1-RC4-128",
        "PBE-SHA1-2DES",
        "PBE-SHA1-3DES",
        "aes-128-cbc",
        "aes-192-cbc",
        "des-ede3-cbc"
      })
  void opensOldAndUnusualCiphers(String cipher) {
    opensByteForByte(
        KeySpec.RSA_2048,
        1,
        (key, leaf, issuers) ->
            foreign.openssl(
                key, leaf, issuers, "secret", "-legacy", "-keypbe", cipher, "-certpbe", cipher));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha1", "sha224", "sha256", "sha384", "sha512"})
  void checksTheClassicMacWithEveryDigest(String digest) {
    opensByteForByte(
        KeySpec.EC_256,
        0,
        (key, leaf, issuers) -> foreign.openssl(key, leaf, issuers, "secret", "-macalg", digest));
  }

  @ParameterizedTest
  @CsvSource({"RSA-2048, 1", "EC-256, 2"})
  void opensWhatKeytoolWrites(String spec, int chain) {
    opensByteForByte(
        KeySpec.parse(spec),
        chain,
        (key, leaf, issuers) -> foreign.keytool(key, leaf, issuers, "secret"));
  }

  @Test
  void opensWhatOldJavaWrote() {
    opensByteForByte(
        KeySpec.RSA_2048,
        1,
        (key, leaf, issuers) ->
            foreign.keytool(key, leaf, issuers, "secret", "-J-Dkeystore.pkcs12.legacy"));
  }

  @ParameterizedTest
  @CsvSource({"RSA-2048, 1", "EC-256, 0"})
  void opensWhatGnuTlsWritesWithSixHundredThousandIterations(String spec, int chain) {
    opensByteForByte(
        KeySpec.parse(spec),
        chain,
        (key, leaf, issuers) -> foreign.gnutls(key, leaf, issuers, "secret"));
  }

  @ParameterizedTest
  @CsvSource({"RSA-2048, 2", "EC-256, 1"})
  void opensWhatNssWritesInBer(String spec, int chain) {
    opensByteForByte(
        KeySpec.parse(spec),
        chain,
        (key, leaf, issuers) -> foreign.nss(key, leaf, issuers, "secret"));
  }

  @Test
  void opensAnEmptyPassword() {
    // Given
    byte[] modern = foreign.openssl(key(), leaf(), List.of(), "");
    byte[] legacy = foreign.openssl(key(), leaf(), List.of(), "", "-legacy");

    // Then
    assertThat(open(modern, "")).isInstanceOf(Opened.class);
    assertThat(open(legacy, "")).isInstanceOf(Opened.class);
    assertThat(reason(open(modern, "x"))).isEqualTo(Pkcs12Refusal.WRONG_PASSWORD);
  }

  @Test
  void opensALatinPasswordHoweverItsWriterEncodedIt() {
    // Given
    String password = "grün-ß";

    // Then
    assertThat(open(foreign.nss(key(), leaf(), List.of(), password), password))
        .isInstanceOf(Opened.class);
    assertThat(open(foreign.openssl(key(), leaf(), List.of(), password), password))
        .isInstanceOf(Opened.class);
    assertThat(open(foreign.openssl(key(), leaf(), List.of(), password, "-legacy"), password))
        .isInstanceOf(Opened.class);
  }

  @Test
  void readsAPasswordThatCameAsUtf8() {
    // Given
    byte[] file = foreign.nss(key(), leaf(), List.of(), "grün-ß");

    // When
    Pkcs12Opening opening = Pkcs12Reader.open(file, SecretBytes.owning("grün-ß".getBytes(UTF_8)));

    // Then
    assertThat(opening).isInstanceOf(Opened.class);
  }

  @Test
  void refusesAPasswordThatHasNoSingleByteForm() {
    assertThat(Pkcs12Reader.password("grün".toCharArray()))
        .hasValueSatisfying(
            bytes ->
                assertThat(bytes.expose(SecretAccess.granted()))
                    .isEqualTo("grün".getBytes(ISO_8859_1)));
    assertThat(Pkcs12Reader.password("пароль".toCharArray())).isEmpty();
    assertThat(Pkcs12Reader.password("a\u0000b".toCharArray())).isEmpty();
    assertThat(Pkcs12Reader.password("€".toCharArray())).isEmpty();
  }

  @Test
  void opensPbmac1() throws Exception {
    // Given
    byte[] file = pbmac1(foreign.openssl(key(), leaf(), List.of(), "secret"), "secret", 32);

    // Then
    assertThat(open(file, "secret")).isInstanceOf(Opened.class);
    assertThat(reason(open(file, "Secret"))).isEqualTo(Pkcs12Refusal.WRONG_PASSWORD);
  }

  @Test
  void refusesAPbmac1KeyOfAnUnboundedLength() throws Exception {
    // Given
    byte[] file = pbmac1(foreign.openssl(key(), leaf(), List.of(), "secret"), "secret", 1 << 20);

    // Then
    assertThat(Pkcs12Reader.inspect(file).orElseThrow().reason())
        .isEqualTo(Pkcs12Refusal.ALGORITHM);
  }

  @Test
  void tellsAWrongPassword() {
    // Given
    byte[] file = foreign.openssl(key(), leaf(), List.of(), "secret");

    // Then
    assertThat(Pkcs12Reader.inspect(file)).isEmpty();
    assertThat(reason(open(file, "wrong"))).isEqualTo(Pkcs12Refusal.WRONG_PASSWORD);
  }

  @Test
  void opensAKeyAndCertificateThatAreForRsaPssAlone() {
    // Given
    byte[] file = foreign.rsaPss("secret");

    // When
    Pkcs12Opening opening = open(file, "secret");

    // Then
    assertThat(Pkcs12Reader.inspect(file)).isEmpty();
    assertThat(opening).isInstanceOf(Opened.class);
    assertThat(((Opened) opening).leaf()).isEqualTo(foreign.read("leaf.der"));
  }

  @Test
  void refusesAFileWithoutAMac() {
    byte[] file = foreign.openssl(key(), leaf(), List.of(), "secret", "-nomac");

    assertThat(reason(open(file, "secret"))).isEqualTo(Pkcs12Refusal.NO_MAC);
  }

  @Test
  void refusesAFileWithoutAKey() {
    byte[] file = foreign.openssl(key(), leaf(), List.of(), "secret", "-nokeys");

    assertThat(reason(open(file, "secret"))).isEqualTo(Pkcs12Refusal.NO_PRIVATE_KEY);
  }

  @Test
  void refusesSeveralKeys() {
    // Given
    byte[] one = foreign.openssl(key(), leaf(), List.of(), "secret");
    byte[] other =
        foreign.openssl(
            foreign.key(KeySpec.RSA_2048), foreign.leaf(KeySpec.RSA_2048), List.of(), "secret");

    // When
    byte[] both = TwoInOne.of(one, other, "secret");

    // Then
    assertThat(reason(open(both, "secret"))).isEqualTo(Pkcs12Refusal.SEVERAL_PRIVATE_KEYS);
    assertThat(open(TwoInOne.of(one, one, "secret"), "secret")).isInstanceOf(Opened.class);
  }

  @Test
  void refusesACaInsteadOfAnEndEntity() {
    // Given
    byte[] ca = TestPki.ISSUING_KEY.pkcs8().expose(SecretAccess.granted());

    // When
    Pkcs12Opening opening =
        open(foreign.openssl(ca, TestPki.ISSUING, List.of(), "secret"), "secret");

    // Then
    assertThat(reason(opening)).isEqualTo(Pkcs12Refusal.NO_END_ENTITY_CERTIFICATE);
  }

  @Test
  void refusesACertificateOfAnotherKey() {
    // Given
    byte[] right = foreign.openssl(key(), leaf(), List.of(), "secret");

    // When
    byte[] keyAlone = TwoInOne.withoutCertificates(right, "secret");

    // Then
    assertThat(reason(open(keyAlone, "secret"))).isEqualTo(Pkcs12Refusal.NO_END_ENTITY_CERTIFICATE);
  }

  @Test
  void refusesTheWorkOfAKdfBombBeforeDoingIt() {
    // Given
    byte[] tooMuch = foreign.openssl(key(), leaf(), List.of(), "secret", "-iter", "600001");
    byte[] enormous = iterations(foreign.openssl(key(), leaf(), List.of(), "secret"));

    // Then
    assertThat(Pkcs12Reader.inspect(tooMuch).orElseThrow().reason())
        .isEqualTo(Pkcs12Refusal.TOO_MUCH_WORK);
    assertThat(Pkcs12Reader.inspect(enormous).orElseThrow().reason())
        .isEqualTo(Pkcs12Refusal.TOO_MUCH_WORK);
  }

  @Test
  void refusesAFileOfMoreThanOneMebibyte() {
    assertThat(reason(open(new byte[Pkcs12Reader.MAX_BYTES + 1], "")))
        .isEqualTo(Pkcs12Refusal.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "30", "3080", "308400000001", "3003020103", "30820400"})
  void refusesWhatIsNoPfx(String content) {
    byte[] bytes =
        content.startsWith("30")
            ? java.util.HexFormat.of().parseHex(content)
            : content.getBytes(UTF_8);

    assertThat(reason(open(bytes, "secret"))).isEqualTo(Pkcs12Refusal.NOT_A_PFX);
  }

  @Test
  void survivesEverySingleDamagedByte() {
    // Given
    byte[] file = foreign.openssl(key(), leaf(), List.of(), "secret");

    for (int i = 0; i < file.length; i++) {
      // When
      byte[] damaged = file.clone();
      damaged[i] ^= 0x41;
      Pkcs12Opening opening = open(damaged, "secret");

      // Then
      if (opening instanceof Opened opened) {
        assertThat(opened.leaf()).isEqualTo(leaf());
      }
    }
  }

  private byte[] key() {
    return foreign.key(KeySpec.EC_256);
  }

  private static final byte[] LEAF = TestPki.leaf(KeySpec.EC_256);

  private static byte[] leaf() {
    return LEAF;
  }

  @FunctionalInterface
  private interface Writer {
    byte[] write(byte[] pkcs8, byte[] leaf, List<byte[]> chain);
  }

  private void opensByteForByte(KeySpec spec, int chain, Writer writer) {
    // Given
    byte[] key = foreign.key(spec);
    byte[] leaf = foreign.leaf(spec);
    byte[] file = writer.write(key, leaf, CHAIN.subList(0, chain));

    // When
    Pkcs12Opening opening = open(file, "secret");

    // Then
    assertThat(Pkcs12Reader.inspect(file)).isEmpty();
    assertThat(opening).isInstanceOf(Opened.class);
    Opened opened = (Opened) opening;
    assertThat(opened.leaf()).isEqualTo(leaf);
    assertThat(opened.chain()).containsExactlyElementsOf(CHAIN.subList(0, chain));
    assertThat(ForeignKey.of(info(opened.pkcs8()))).isEqualTo(ForeignKey.of(info(key)));
  }

  private static org.bouncycastle.asn1.pkcs.PrivateKeyInfo info(SecretBytes pkcs8) {
    return info(pkcs8.expose(SecretAccess.granted()));
  }

  private static org.bouncycastle.asn1.pkcs.PrivateKeyInfo info(byte[] pkcs8) {
    return org.bouncycastle.asn1.pkcs.PrivateKeyInfo.getInstance(pkcs8);
  }

  private static Pkcs12Opening open(byte[] file, String password) {
    return Pkcs12Reader.open(file, Pkcs12Reader.password(password.toCharArray()).orElseThrow());
  }

  private static Pkcs12Refusal reason(Pkcs12Opening opening) {
    assertThat(opening).isInstanceOf(Refused.class);
    return ((Refused) opening).reason();
  }

  private static byte[] pbmac1(byte[] file, String password, int keyBytes) throws Exception {
    Pfx pfx = Pfx.getInstance(file);
    byte[] content = ASN1OctetString.getInstance(pfx.getAuthSafe().getContent()).getOctets();
    byte[] salt = new byte[16];
    byte[] key =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 2048, 8 * 32))
            .getEncoded();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HMAC"));
    AlgorithmIdentifier hmac =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
    PBKDF2Params kdf = new PBKDF2Params(salt, 2048, keyBytes, hmac);
    ASN1EncodableVector params = new ASN1EncodableVector();
    params.add(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBKDF2, kdf));
    params.add(hmac);
    AlgorithmIdentifier pbmac1 =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBMAC1, new DERSequence(params));
    MacData macData = new MacData(new DigestInfo(pbmac1, mac.doFinal(content)), new byte[8], 1);
    return new Pfx(pfx.getAuthSafe(), macData).getEncoded("DER");
  }

  /** The same file with a MAC that asks for 2^62 iterations. */
  private static byte[] iterations(byte[] file) {
    Pfx pfx = Pfx.getInstance(file);
    ASN1EncodableVector mac = new ASN1EncodableVector();
    mac.add(pfx.getMacData().getMac());
    mac.add(new DEROctetString(pfx.getMacData().getSalt()));
    mac.add(new org.bouncycastle.asn1.ASN1Integer(BigInteger.ONE.shiftLeft(62)));
    ASN1EncodableVector all = new ASN1EncodableVector();
    all.add(new org.bouncycastle.asn1.ASN1Integer(3));
    all.add(pfx.getAuthSafe());
    all.add(new DERSequence(mac));
    try {
      return new DERSequence(all).getEncoded("DER");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
