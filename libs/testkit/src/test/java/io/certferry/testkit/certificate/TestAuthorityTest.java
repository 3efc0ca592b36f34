package io.certferry.testkit.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestAuthorityTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path directory;

  private final TestAuthority authority =
      TestAuthority.create("Root é", KeyPairs.ec(), NOW, NOW.plus(Duration.ofDays(20_000)));

  @Test
  void signsCertificatesThatTheJdkReadsAndVerifies() throws Exception {
    // Given
    var keys = KeyPairs.rsa(2048);

    // When
    X509Certificate leaf =
        authority.issue(
            CertificateSpec.client("dev-1", keys.getPublic(), NOW, NOW.plusSeconds(60))
                .withUri("urn:device:dev-1"));

    // Then
    leaf.verify(authority.keys().getPublic());
    assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=dev-1");
    assertThat(leaf.getIssuerX500Principal())
        .isEqualTo(authority.certificate().getSubjectX500Principal());
    assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plusSeconds(60));
    assertThat(leaf.getExtendedKeyUsage()).containsExactly(CertificateSpec.CLIENT_AUTH);
    assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, "urn:device:dev-1"));
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getKeyUsage()).startsWith(true, false, true, false, false, false, false);
    assertThat(authority.certificate().getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(authority.certificate().getNotAfter().toInstant())
        .isEqualTo(NOW.plus(Duration.ofDays(20_000)));
  }

  @Test
  void isNotVerifiedByAnotherKey() {
    var leaf =
        authority.issue(
            CertificateSpec.loopbackServer(KeyPairs.ec().getPublic(), NOW, NOW.plusSeconds(60)));

    assertThatThrownBy(() -> leaf.verify(KeyPairs.ec().getPublic()))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  void comesBackFromFiles() throws IOException {
    // Given
    Path pem = directory.resolve("ca.pem");
    Path key = directory.resolve("ca.key");

    // When
    PemFiles.writeCertificates(pem, List.of(authority.certificate()));
    PemFiles.writePrivateKey(key, authority.keys(), false);

    // Then
    assertThat(PemFiles.readCertificates(pem)).containsExactly(authority.certificate());
    assertThat(PemFiles.readPrivateKey(key)).isEqualTo(authority.keys().getPrivate());
    assertThat(key.toFile()).canRead();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
  }
}
