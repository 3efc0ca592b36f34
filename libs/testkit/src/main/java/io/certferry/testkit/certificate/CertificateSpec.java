package io.certferry.testkit.certificate;

import java.security.PublicKey;
import java.time.Instant;
import java.util.List;

/**
 * What a certificate shall say, however wrong.
 *
 * @param commonName the only attribute of the subject
 * @param key of the subject
 * @param notBefore to the second
 * @param notAfter to the second, inclusive
 * @param authority whether it is a CA certificate
 * @param dnsNames subject alternative names
 * @param ipAddresses four or sixteen bytes each
 * @param uris subject alternative names
 * @param extendedKeyUsages OIDs
 */
public record CertificateSpec(
    String commonName,
    PublicKey key,
    Instant notBefore,
    Instant notAfter,
    boolean authority,
    List<String> dnsNames,
    List<byte[]> ipAddresses,
    List<String> uris,
    List<String> extendedKeyUsages) {

  /** id-kp-clientAuth (RFC 5280, 4.2.1.12). */
  public static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  /** id-kp-serverAuth. */
  public static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

  /** A client certificate with a common name and nothing else. */
  public static CertificateSpec client(
      String commonName, PublicKey key, Instant notBefore, Instant notAfter) {
    return new CertificateSpec(
        commonName,
        key,
        notBefore,
        notAfter,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(CLIENT_AUTH));
  }

  /** A TLS server certificate for this machine's loopback names. */
  public static CertificateSpec loopbackServer(PublicKey key, Instant notBefore, Instant notAfter) {
    return new CertificateSpec(
        "localhost",
        key,
        notBefore,
        notAfter,
        false,
        List.of("localhost"),
        List.of(new byte[] {127, 0, 0, 1}),
        List.of(),
        List.of(SERVER_AUTH));
  }

  /** A TLS client certificate that names a service. */
  public static CertificateSpec serviceClient(
      String service, PublicKey key, Instant notBefore, Instant notAfter) {
    return new CertificateSpec(
        service,
        key,
        notBefore,
        notAfter,
        false,
        List.of(service),
        List.of(),
        List.of(),
        List.of(CLIENT_AUTH));
  }

  static CertificateSpec authority(
      String commonName, PublicKey key, Instant notBefore, Instant notAfter) {
    return new CertificateSpec(
        commonName, key, notBefore, notAfter, true, List.of(), List.of(), List.of(), List.of());
  }

  /** The same with one URI as subject alternative name. */
  public CertificateSpec withUri(String uri) {
    return new CertificateSpec(
        commonName,
        key,
        notBefore,
        notAfter,
        authority,
        dnsNames,
        ipAddresses,
        List.of(uri),
        extendedKeyUsages);
  }
}
