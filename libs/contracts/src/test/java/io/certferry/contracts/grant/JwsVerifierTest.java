package io.certferry.contracts.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.NaturalKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JwsVerifierTest {

  private final KeyPair ours = keyPair();
  private final JwsSigner signer = new JwsSigner(ours.getPrivate(), ours.getPublic());
  private final JwsVerifier verifier = new JwsVerifier(List.of(ours.getPublic()));

  @Test
  void givesBackTheGrantThatWasSigned() {
    // Given
    Grant grant = grant("CN=alice \"Ωπ\"");

    // Then
    assertThat(verifier.grant(signer.sign(grant))).isEqualTo(grant);
  }

  @Test
  void refusesAGrantSignedWithAKeyOfAnotherFile() {
    // Given
    KeyPair theirs = keyPair();
    String jws = new JwsSigner(theirs.getPrivate(), theirs.getPublic()).sign(grant("alice"));

    // Then
    assertThatThrownBy(() -> verifier.grant(jws))
        .isInstanceOf(UntrustedSignatureException.class)
        .hasMessageContaining("verification file");
  }

  @Test
  void refusesASignatureWithOurKeyIdMadeByAnotherKey() {
    // Given
    String jws = new JwsSigner(keyPair().getPrivate(), ours.getPublic()).sign(grant("alice"));

    // Then
    assertThatThrownBy(() -> verifier.grant(jws))
        .isInstanceOf(UntrustedSignatureException.class)
        .hasMessageContaining("does not verify");
  }

  @Test
  void refusesAnyChangedPayload() {
    // Given
    String[] parts = signer.sign(grant("alice")).split("\\.");
    String payload =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("alice", "admin");
    String forged =
        parts[0]
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.getBytes(StandardCharsets.UTF_8))
            + "."
            + parts[2];

    // Then
    assertThatThrownBy(() -> verifier.grant(forged))
        .isInstanceOf(UntrustedSignatureException.class);
  }

  @Test
  void refusesACommandAuthorizationPresentedAsAGrant() {
    // Given
    String jws = signer.sign(authorization());

    // Then
    assertThat(verifier.command(jws)).isEqualTo(authorization());
    assertThatThrownBy(() -> verifier.grant(jws))
        .isInstanceOf(UntrustedSignatureException.class)
        .hasMessageContaining("typ");
  }

  @Test
  void refusesTheAlgorithmNone() {
    // Given
    String header =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                ("{\"alg\":\"none\",\"typ\":\"certferry-grant+jwt\",\"kid\":\""
                        + JwsKeys.keyId(ours.getPublic())
                        + "\"}")
                    .getBytes(StandardCharsets.UTF_8));
    String unsigned = header + "." + signer.sign(grant("alice")).split("\\.")[1] + ".";

    // Then
    assertThatThrownBy(() -> verifier.grant(unsigned))
        .isInstanceOf(UntrustedSignatureException.class);
  }

  @Test
  void readsItsKeysFromPem() {
    // Given
    String publicPem = pem("PUBLIC KEY", ours.getPublic().getEncoded());
    String privatePem = pem("PRIVATE KEY", ours.getPrivate().getEncoded());

    // When
    String jws = JwsKeys.signer(privatePem + publicPem).sign(grant("alice"));

    // Then
    assertThat(
            JwsKeys.verifier(pem("PUBLIC KEY", keyPair().getPublic().getEncoded()) + publicPem)
                .grant(jws))
        .isEqualTo(grant("alice"));
    assertThatThrownBy(() -> JwsKeys.signer(privatePem)).hasMessageContaining("PUBLIC KEY");
    assertThatThrownBy(() -> JwsKeys.verifier("")).hasMessageContaining("PUBLIC KEY");
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CommandAuthorization authorization() {
    return new CommandAuthorization(
        "submit",
        new UUID(1, 2),
        "default",
        "builtin",
        "aa",
        "bb",
        null,
        null,
        null,
        Instant.parse("2026-11-24T10:00:00Z"),
        Instant.parse("2026-11-25T10:00:00Z"));
  }

  private static Grant grant(String commonName) {
    return new Grant(
        "pkcs",
        new UUID(1, 2),
        new NaturalKey("default", "dev-1", "u1", new UUID(3, 4), NaturalKey.NONE, 1),
        7,
        "cc",
        new Grant.DeviceFacts("ios", "18.1"),
        new Grant.CertificatePlan(
            "builtin",
            "User",
            List.of(List.of(new Grant.NameAttribute("CN", commonName))),
            List.of(new Grant.SubjectAlternativeName("upn", "alice@contoso.test")),
            "S-1-5-21-1-2-3-1105",
            List.of("1.3.6.1.5.5.7.3.2"),
            "EC",
            256,
            31_536_000),
        List.of(Bytes.of(new byte[] {1})),
        new Grant.Delivery("Wi-Fi user", "user", null),
        false,
        Instant.parse("2026-11-24T10:00:00Z"),
        Instant.parse("2026-11-25T10:00:00Z"));
  }
}
