package io.certferry.pki.pkcs12;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.pki.DerLimits;
import io.certferry.pki.TestPki;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exact form of what devices get; a library that changes it fails here. */
class Pkcs12ShapeTest {
  private static final String PASSWORD = "correct-horse";

  @ParameterizedTest
  @EnumSource
  void hasTheCommittedShape(Pkcs12Profile profile) throws IOException {
    // Given
    byte[] file = build(profile, "Wi-Fi");

    // When
    StringBuilder shape = new StringBuilder(DerShape.of(file));
    for (byte[] contents : OpenedPkcs12.safeContents(file, PASSWORD)) {
      shape.append("-- safe contents\n").append(DerShape.of(contents));
    }

    // Then
    assertThat(shape.toString()).isEqualTo(golden(profile));
  }

  @ParameterizedTest
  @EnumSource
  void isDefiniteLengthDerWithFreshSaltsEachTime(Pkcs12Profile profile) {
    byte[] file = build(profile, "Wi-Fi");
    DerLimits.DEFAULT.check(file);
    assertThat(build(profile, "Wi-Fi")).isNotEqualTo(file);
  }

  @ParameterizedTest
  @EnumSource
  void asksForNoMoreWorkThanItsOwnLimits(Pkcs12Profile profile) {
    // Given
    byte[] file = build(profile, "Wi-Fi");

    // When
    Pkcs12Limits limits = Pkcs12Limits.check(file);

    // Then
    OpenedPkcs12.safeContents(file, PASSWORD).forEach(limits::safeContents);
  }

  @ParameterizedTest
  @CsvSource({"Büro Wi-Fi,Buro Wi-Fi", "Ωmega,_mega", "'  ',certificate", "a\tb,a_b"})
  void reducesFriendlyNamesToAscii(String name, String expected) {
    assertThat(FriendlyName.ascii(name)).isEqualTo(expected);
    assertThat(FriendlyName.ascii("x".repeat(80))).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pässword", "tab\t"})
  void refusesAPasswordThatImportersReadDifferently(String password) {
    SecretBytes secret = SecretBytes.copyOf(password.getBytes(UTF_8));
    assertThatThrownBy(() -> build(Pkcs12Profile.MODERN, "x", secret))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void derivesTheKnownAnswersOfThePkcs12Kdf() throws Exception {
    // Given: password "smeg" and salts of the widely used PKCS#12 KDF test values
    byte[] smeg = {0, 's', 0, 'm', 0, 'e', 0, 'g', 0, 0};
    byte[] salt = HexFormat.of().parseHex("0A58CF64530D823F");

    // When
    byte[] key = Pkcs12Kdf.derive("SHA-1", Pkcs12Kdf.Use.KEY, smeg, salt, 1, 24);

    // Then
    assertThat(HexFormat.of().withUpperCase().formatHex(key))
        .isEqualTo("8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3");
  }

  private static byte[] build(Pkcs12Profile profile, String name) {
    return build(profile, name, SecretBytes.copyOf(PASSWORD.getBytes(US_ASCII)));
  }

  private static byte[] build(Pkcs12Profile profile, String name, SecretBytes password) {
    return Pkcs12Files.build(
        profile,
        TestPki.key(KeySpec.RSA_2048).pkcs8(),
        TestPki.leaf(KeySpec.RSA_2048),
        List.of(TestPki.ISSUING),
        name,
        password);
  }

  private static String golden(Pkcs12Profile profile) throws IOException {
    String resource = "/golden/pkcs12-" + profile.name().toLowerCase(Locale.ROOT) + ".txt";
    try (InputStream in = Pkcs12ShapeTest.class.getResourceAsStream(resource)) {
      return in == null ? "" : new String(in.readAllBytes(), UTF_8);
    }
  }
}
