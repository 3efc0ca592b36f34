package io.certferry.pki.pkcs12;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.Der;
import io.certferry.pki.PkiException;
import io.certferry.pki.PkiException.Reason;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that ask for too much are refused before a single derivation, in microseconds. */
class Pkcs12LimitsTest {
  private static final AlgorithmIdentifier HMAC_SHA256 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);

  static Stream<BigInteger> bombs() {
    return Stream.of(
        BigInteger.ZERO,
        BigInteger.ONE.negate(),
        BigInteger.valueOf(300_001),
        BigInteger.valueOf(Integer.MAX_VALUE),
        BigInteger.TWO.pow(32), // zero where it is narrowed to an int
        BigInteger.TWO.pow(32).add(BigInteger.ONE),
        BigInteger.TWO.pow(800));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void refusesABombInEveryPlace(BigInteger iterations) {
    assertRefused(pfx(iterations, List.of()), Reason.LIMIT);
    assertRefused(pfx(one(), List.of(encrypted(pbes2(iterations, null)))), Reason.LIMIT);
    assertRefused(pfx(one(), List.of(encrypted(pbes1(iterations)))), Reason.LIMIT);
    assertRefused(pfx(one(), List.of(keys(pbes2(iterations, null)))), Reason.LIMIT);
  }

  @Test
  void refusesManyBagsThatAreEachAllowed() {
    AlgorithmIdentifier most = pbes2(BigInteger.valueOf(300_000), null);
    assertThatCode(() -> Pkcs12Limits.check(pfx(one(), List.of(encrypted(most)))))
        .doesNotThrowAnyException();
    assertRefused(pfx(one(), List.of(encrypted(most), keys(most))), Reason.LIMIT);
    assertRefused(pfx(one(), List.of(keys(pbes2(one(), null), 65))), Reason.LIMIT);
  }

  @Test
  void goesOnAddingUpInsideADecryptedSafe() {
    // Given
    Pkcs12Limits limits =
        Pkcs12Limits.check(
            pfx(one(), List.of(encrypted(pbes2(BigInteger.valueOf(300_000), null)))));

    // When
    byte[] inside = der(bag(pbes2(BigInteger.valueOf(300_000), null)));

    // Then
    assertThatThrownBy(() -> limits.safeContents(inside))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
  }

  @Test
  void refusesHugeKeyLengths() {
    BigInteger huge = BigInteger.valueOf(Integer.MAX_VALUE);
    assertRefused(pfx(one(), List.of(encrypted(pbes2(one(), huge)))), Reason.LIMIT);
  }

  @Test
  void refusesDerivationsWithParametersOfTheirOwn() {
    AlgorithmIdentifier scrypt =
        new AlgorithmIdentifier(
            PKCSObjectIdentifiers.id_PBES2,
            sequence(
                new AlgorithmIdentifier(
                    MiscObjectIdentifiers.id_scrypt,
                    sequence(
                        new DEROctetString(new byte[8]),
                        new ASN1Integer(BigInteger.TWO.pow(40)),
                        new ASN1Integer(8),
                        new ASN1Integer(1))),
                new AlgorithmIdentifier(
                    NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]))));
    assertRefused(pfx(one(), List.of(encrypted(scrypt))), Reason.ALGORITHM);
    assertRefused(pfx(PKCSObjectIdentifiers.id_PBMAC1, one(), List.of()), Reason.ALGORITHM);
  }

  @Test
  void refusesAFileWithoutAMac() {
    byte[] open = der(new ASN1Integer(3), data(der()));
    assertRefused(open, Reason.MALFORMED);
  }

  @Test
  void refusesTruncatedAndForeignBytes() {
    byte[] file = pfx(one(), List.of(encrypted(pbes2(one(), null))));
    for (int length = 0; length < file.length; length++) {
      assertRefused(Arrays.copyOf(file, length), Reason.MALFORMED);
    }
    assertRefused(new byte[] {0x30, 0}, Reason.MALFORMED);
  }

  private static void assertRefused(byte[] file, Reason reason) {
    assertThatThrownBy(() -> Pkcs12Limits.check(file))
        .isInstanceOfSatisfying(
            PkiException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private static BigInteger one() {
    return BigInteger.ONE;
  }

  private static byte[] pfx(BigInteger macIterations, List<ASN1Encodable> safes) {
    return pfx(NISTObjectIdentifiers.id_sha256, macIterations, safes);
  }

  private static byte[] pfx(
      ASN1ObjectIdentifier mac, BigInteger macIterations, List<ASN1Encodable> safes) {
    return der(
        new ASN1Integer(3),
        data(der(safes.toArray(ASN1Encodable[]::new))),
        sequence(
            sequence(new AlgorithmIdentifier(mac), new DEROctetString(new byte[32])),
            new DEROctetString(new byte[8]),
            new ASN1Integer(macIterations)));
  }

  private static ASN1Encodable encrypted(AlgorithmIdentifier algorithm) {
    return contentInfo(
        PKCSObjectIdentifiers.encryptedData,
        sequence(
            new ASN1Integer(0),
            sequence(
                PKCSObjectIdentifiers.data,
                algorithm,
                new DERTaggedObject(false, 0, new DEROctetString(new byte[16])))));
  }

  private static ASN1Encodable keys(AlgorithmIdentifier algorithm) {
    return keys(algorithm, 1);
  }

  private static ASN1Encodable keys(AlgorithmIdentifier algorithm, int count) {
    ASN1Encodable[] bags = new ASN1Encodable[count];
    Arrays.fill(bags, bag(algorithm));
    return data(der(bags));
  }

  private static ASN1Encodable bag(AlgorithmIdentifier algorithm) {
    return sequence(
        PKCSObjectIdentifiers.pkcs8ShroudedKeyBag,
        new DERTaggedObject(true, 0, sequence(algorithm, new DEROctetString(new byte[16]))));
  }

  private static AlgorithmIdentifier pbes1(BigInteger iterations) {
    return new AlgorithmIdentifier(
        PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC,
        sequence(new DEROctetString(new byte[8]), new ASN1Integer(iterations)));
  }

  private static AlgorithmIdentifier pbes2(BigInteger iterations, @Nullable BigInteger keyLength) {
    DEROctetString salt = new DEROctetString(new byte[16]);
    ASN1Encodable parameters =
        keyLength == null
            ? sequence(salt, new ASN1Integer(iterations), HMAC_SHA256)
            : sequence(salt, new ASN1Integer(iterations), new ASN1Integer(keyLength), HMAC_SHA256);
    return new AlgorithmIdentifier(
        PKCSObjectIdentifiers.id_PBES2,
        sequence(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBKDF2, parameters),
            new AlgorithmIdentifier(
                NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16]))));
  }

  private static ASN1Encodable data(byte[] content) {
    return contentInfo(PKCSObjectIdentifiers.data, new DEROctetString(content));
  }

  private static ASN1Encodable contentInfo(ASN1ObjectIdentifier type, ASN1Encodable content) {
    return sequence(type, new DERTaggedObject(true, 0, content));
  }

  private static DERSequence sequence(ASN1Encodable... elements) {
    return new DERSequence(elements);
  }

  private static byte[] der(ASN1Encodable... elements) {
    return Der.encode(sequence(elements)::getEncoded);
  }
}
