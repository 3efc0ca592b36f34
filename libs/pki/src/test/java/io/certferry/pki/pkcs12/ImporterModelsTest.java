package io.certferry.pki.pkcs12;

import static io.certferry.pki.pkcs12.Importer.ANDROID_14;
import static io.certferry.pki.pkcs12.Importer.ANDROID_OLD;
import static io.certferry.pki.pkcs12.Importer.APPLE_18;
import static io.certferry.pki.pkcs12.Importer.APPLE_OLD;
import static io.certferry.pki.pkcs12.Importer.DOTNET_LOADER;
import static io.certferry.pki.pkcs12.Importer.JAVA_17;
import static io.certferry.pki.pkcs12.Importer.OPENSSL3_NOLEGACY;
import static io.certferry.pki.pkcs12.Importer.WIN_1709;
import static io.certferry.pki.pkcs12.Importer.WIN_2016;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.pki.TestPki;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our two profiles against every importer's model, and files that show that the models bite. */
class ImporterModelsTest {
  private static final String PASSWORD = "correct-horse";
  private static final ASN1ObjectIdentifier AES_256 = NISTObjectIdentifiers.id_aes256_CBC;
  private static final ASN1ObjectIdentifier AES_128 = NISTObjectIdentifiers.id_aes128_CBC;
  private static final ASN1ObjectIdentifier TRIPLE_DES =
      PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC;
  private static final ASN1ObjectIdentifier RC2 = PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC2_CBC;
  private static final AlgorithmIdentifier SHA1 =
      new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE);
  private static final AlgorithmIdentifier SHA256 =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
  private static final AlgorithmIdentifier HMAC_SHA1 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA1, DERNull.INSTANCE);
  private static final AlgorithmIdentifier HMAC_SHA256 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void modernIsAcceptedByEveryNewImporter(String spec) {
    assertThat(accepting(ours(Pkcs12Profile.MODERN, KeySpec.parse(spec))))
        .isEqualTo(
            EnumSet.of(APPLE_18, ANDROID_14, WIN_1709, DOTNET_LOADER, OPENSSL3_NOLEGACY, JAVA_17));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA-2048", "EC-256"})
  void legacyIsAcceptedByAllOfThem(String spec) {
    assertThat(accepting(ours(Pkcs12Profile.LEGACY, KeySpec.parse(spec))))
        .isEqualTo(EnumSet.allOf(Importer.class));
  }

  @Test
  void refusesAes128AndAnotherPrfWhereTheyWouldDecryptToGarbage() throws Exception {
    assertThat(accepting(file(AES_128, AES_256, HMAC_SHA256, SHA256, 2048)))
        .doesNotContain(APPLE_18, APPLE_OLD, WIN_1709)
        .contains(JAVA_17);
    assertThat(accepting(file(AES_256, AES_256, HMAC_SHA1, SHA256, 2048)))
        .doesNotContain(APPLE_18, WIN_1709);
  }

  @Test
  void refusesMixedFiles() throws Exception {
    assertThat(accepting(file(TRIPLE_DES, AES_256, HMAC_SHA256, SHA256, 2048)))
        .doesNotContain(APPLE_OLD, ANDROID_OLD, ANDROID_14, WIN_2016);
    assertThat(accepting(file(TRIPLE_DES, TRIPLE_DES, HMAC_SHA256, SHA256, 2048)))
        .doesNotContain(APPLE_OLD, ANDROID_14);
  }

  @Test
  void refusesTooManyIterationsAndOldCiphers() throws Exception {
    assertThat(accepting(file(AES_256, AES_256, HMAC_SHA256, SHA256, 300_001)))
        .doesNotContain(DOTNET_LOADER)
        .contains(JAVA_17);
    assertThat(accepting(file(RC2, TRIPLE_DES, HMAC_SHA256, SHA1, 2048)))
        .doesNotContain(OPENSSL3_NOLEGACY)
        .contains(APPLE_OLD);
  }

  @Test
  void refusesAFileWithoutAMac() throws Exception {
    byte[] withoutMac =
        builder(AES_256, AES_256, HMAC_SHA256, 2048).build(null, new char[0]).getEncoded();
    assertThat(accepting(withoutMac)).doesNotContain(APPLE_18, ANDROID_14, JAVA_17);
  }

  private static byte[] ours(Pkcs12Profile profile, KeySpec spec) {
    return Pkcs12Files.build(
        profile,
        TestPki.key(spec).pkcs8(),
        TestPki.leaf(spec),
        List.of(TestPki.ISSUING),
        "name",
        SecretBytes.copyOf(PASSWORD.getBytes(US_ASCII)));
  }

  private static Set<Importer> accepting(byte[] file) {
    OpenedPkcs12 opened = OpenedPkcs12.open(file, PASSWORD);
    return Arrays.stream(Importer.values())
        .filter(importer -> importer.refusal(opened).isEmpty())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Importer.class)));
  }

  private static byte[] file(
      ASN1ObjectIdentifier certificates,
      ASN1ObjectIdentifier key,
      AlgorithmIdentifier prf,
      AlgorithmIdentifier mac,
      int iterations)
      throws IOException, PKCSException, OperatorCreationException {
    PKCS12MacCalculatorBuilder calculator =
        new JcePKCS12MacCalculatorBuilder(mac.getAlgorithm())
            .setProvider(new BouncyCastleProvider());
    PKCS12PfxPdu pdu =
        builder(certificates, key, prf, iterations).build(calculator, PASSWORD.toCharArray());
    return pdu.getEncoded();
  }

  private static PKCS12PfxPduBuilder builder(
      ASN1ObjectIdentifier certificates,
      ASN1ObjectIdentifier key,
      AlgorithmIdentifier prf,
      int iterations)
      throws IOException, OperatorCreationException {
    PrivateKeyInfo info =
        PrivateKeyInfo.getInstance(
            TestPki.key(KeySpec.EC_256).pkcs8().expose(SecretAccess.granted()));
    PKCS12SafeBag certificate =
        new PKCS12SafeBagBuilder(new X509CertificateHolder(TestPki.leaf(KeySpec.EC_256))).build();
    return new PKCS12PfxPduBuilder()
        .addEncryptedData(encryptor(certificates, prf, iterations), certificate)
        .addData(new PKCS12SafeBagBuilder(info, encryptor(key, prf, iterations)).build());
  }

  private static OutputEncryptor encryptor(
      ASN1ObjectIdentifier algorithm, AlgorithmIdentifier prf, int iterations)
      throws OperatorCreationException {
    return new JcePKCSPBEOutputEncryptorBuilder(algorithm)
        .setProvider(new BouncyCastleProvider())
        .setPRF(prf)
        .setIterationCount(iterations)
        .build(PASSWORD.toCharArray());
  }
}
