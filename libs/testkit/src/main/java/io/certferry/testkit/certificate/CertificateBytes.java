package io.certferry.testkit.certificate;

import static io.certferry.testkit.certificate.DerWriter.bits;
import static io.certferry.testkit.certificate.DerWriter.bool;
import static io.certferry.testkit.certificate.DerWriter.explicit;
import static io.certferry.testkit.certificate.DerWriter.implicit;
import static io.certferry.testkit.certificate.DerWriter.integer;
import static io.certferry.testkit.certificate.DerWriter.nothing;
import static io.certferry.testkit.certificate.DerWriter.octets;
import static io.certferry.testkit.certificate.DerWriter.oid;
import static io.certferry.testkit.certificate.DerWriter.sequence;
import static io.certferry.testkit.certificate.DerWriter.set;
import static io.certferry.testkit.certificate.DerWriter.time;
import static io.certferry.testkit.certificate.DerWriter.utf8;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The DER of an X.509 v3 certificate (RFC 5280, 4.1), signed. */
final class CertificateBytes {

  private CertificateBytes() {}

  static byte[] signed(
      CertificateSpec spec,
      BigInteger serial,
      byte[] issuerName,
      PublicKey issuerPublicKey,
      PrivateKey issuerKey)
      throws GeneralSecurityException {
    boolean rsa = issuerKey.getAlgorithm().equals("RSA");
    byte[] algorithm = signatureAlgorithm(rsa);
    byte[] body =
        sequence(
            explicit(0, integer(BigInteger.TWO)),
            integer(serial),
            algorithm,
            issuerName,
            sequence(time(spec.notBefore()), time(spec.notAfter())),
            name(spec.commonName()),
            spec.key().getEncoded(),
            explicit(3, sequence(extensions(spec, issuerPublicKey).toArray(byte[][]::new))));
    Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSA");
    signature.initSign(issuerKey);
    signature.update(body);
    return sequence(body, algorithm, bits(0, signature.sign()));
  }

  static byte[] name(String commonName) {
    return sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));
  }

  private static byte[] signatureAlgorithm(boolean rsa) {
    return rsa
        ? sequence(oid("1.2.840.113549.1.1.11"), nothing())
        : sequence(oid("1.2.840.10045.4.3.2"));
  }

  private static List<byte[]> extensions(CertificateSpec spec, PublicKey issuer)
      throws GeneralSecurityException {
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(extension("2.5.29.14", false, octets(keyIdentifier(spec.key()))));
    extensions.add(extension("2.5.29.35", false, sequence(implicit(0, keyIdentifier(issuer)))));
    if (spec.authority()) {
      extensions.add(extension("2.5.29.19", true, sequence(bool(true))));
      extensions.add(extension("2.5.29.15", true, bits(1, new byte[] {0b0000_0110})));
    } else {
      extensions.add(extension("2.5.29.19", true, sequence()));
      extensions.add(extension("2.5.29.15", true, bits(3, leafKeyUsage(spec.key()))));
    }
    if (!spec.extendedKeyUsages().isEmpty()) {
      byte[][] usages =
          spec.extendedKeyUsages().stream().map(DerWriter::oid).toArray(byte[][]::new);
      extensions.add(extension("2.5.29.37", false, sequence(usages)));
    }
    List<byte[]> names = alternativeNames(spec);
    if (!names.isEmpty()) {
      extensions.add(extension("2.5.29.17", false, sequence(names.toArray(byte[][]::new))));
    }
    return extensions;
  }

  /** digitalSignature, with keyEncipherment for RSA and keyAgreement for EC. */
  private static byte[] leafKeyUsage(PublicKey key) {
    return new byte[] {(byte) (key.getAlgorithm().equals("RSA") ? 0b1010_0000 : 0b1000_1000)};
  }

  private static List<byte[]> alternativeNames(CertificateSpec spec) {
    List<byte[]> names = new ArrayList<>();
    spec.dnsNames().forEach(dns -> names.add(implicit(2, dns.getBytes(US_ASCII))));
    spec.uris().forEach(uri -> names.add(implicit(6, uri.getBytes(US_ASCII))));
    spec.ipAddresses().forEach(address -> names.add(implicit(7, address)));
    return names;
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? sequence(oid(oid), bool(true), octets(value))
        : sequence(oid(oid), octets(value));
  }

  private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
    return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
  }
}
